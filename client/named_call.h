#ifndef GATHER_CLIENT_NAMED_CALL_H_
#define GATHER_CLIENT_NAMED_CALL_H_

#include <cstdint>
#include <string>

#include "gather/v1/gather.pb.h"

namespace gather::internal {

// Which sub-call a status speaks of. A plain value.
struct NamedCall {
  std::uint32_t index = 0;
  std::string id;
  std::string target;
  std::string method;
};

// `sub-call 3 "user" (users /demo.Users/Get)`.
std::string ToString(const NamedCall& call);

// Adds `index`, `id`, `target` and `method` to the metadata of `info`.
void AddNames(const NamedCall& call, v1::ErrorInfo* info);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_NAMED_CALL_H_
