#include "gather/named_call.h"

#include "absl/strings/str_cat.h"

namespace gather::internal {

std::string ToString(const NamedCall& call) {
  return absl::StrCat("sub-call ", call.index, " \"", call.id, "\" (", call.target, " ",
                      call.method, ")");
}

void AddNames(const NamedCall& call, v1::ErrorInfo* info) {
  auto& metadata = *info->mutable_metadata();
  metadata["index"] = absl::StrCat(call.index);
  metadata["id"] = call.id;
  metadata["target"] = call.target;
  metadata["method"] = call.method;
}

}  // namespace gather::internal
