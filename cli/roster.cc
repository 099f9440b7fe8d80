#include "cli/roster.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::cli {

Roster::Roster(const v1::GatherRequest& request, std::vector<MethodTypes*> types)
    : types_(std::move(types)) {
  sent_.set_policy(request.policy());
  const v1::SubCall& defaults = request.defaults();
  for (const v1::SubCall& call : request.calls()) {
    v1::SubCall named;
    named.set_id(call.id());
    named.set_target(call.target().empty() ? defaults.target() : call.target());
    named.set_method(call.method().empty() ? defaults.method() : call.method());
    named.set_shielded(call.has_shielded() ? call.shielded() : defaults.shielded());
    sent_.Add(named);
  }
}

std::string Roster::Name(std::uint32_t index) const {
  const std::string number = absl::StrCat(index);
  const std::string own = index < size() ? sent_.id(index) : number;
  return own == number ? absl::StrCat("call ", number)
                       : absl::StrCat("call ", number, " \"", own, "\"");
}

std::string Roster::Route(std::uint32_t index) const {
  const std::string& method = sent_.method(index);
  return absl::StrCat(sent_.target(index), " ", method.substr(method.rfind('/') + 1));
}

}  // namespace gather::cli
