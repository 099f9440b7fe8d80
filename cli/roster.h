#ifndef GATHER_CLI_ROSTER_H_
#define GATHER_CLI_ROSTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/method_types.h"
#include "gather/sent_calls.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// Who takes part in a gather: what its sub-calls are called, and the types of their methods. Small:
// requests are not kept. A plain value.
class Roster {
 public:
  // `types` are those of the request's calls, in their order; they outlive this.
  Roster(const v1::GatherRequest& request, std::vector<MethodTypes*> types);

  std::size_t size() const { return types_.size(); }

  // "ada"; of a call without an id its index.
  std::string id(std::uint32_t index) const { return sent_.id(index); }

  // `call 1 "ada"`, or `call 1` for one without an id.
  std::string Name(std::uint32_t index) const;

  // "users GetUser".
  std::string Route(std::uint32_t index) const;

  const std::string& target(std::uint32_t index) const { return sent_.target(index); }
  const std::string& method(std::uint32_t index) const { return sent_.method(index); }

  // Null: they are not known.
  MethodTypes* types(std::uint32_t index) const { return types_[index]; }

  v1::Mode mode() const { return sent_.policy().mode(); }

  const internal::SentCalls& sent() const { return sent_; }

 private:
  internal::SentCalls sent_;
  std::vector<MethodTypes*> types_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_ROSTER_H_
