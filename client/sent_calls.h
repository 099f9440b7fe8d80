#ifndef GATHER_CLIENT_SENT_CALLS_H_
#define GATHER_CLIENT_SENT_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "gather/named_call.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// What the library remembers of the sub-calls that it sent, to judge and explain the answer. Small:
// what equals the previous sub-call's is not kept again.
class SentCalls {
 public:
  // Remembers one more; `call` is about to be sent.
  void Add(const v1::SubCall& call);

  // The policy that the gather was sent with.
  void set_policy(const v1::Policy& policy) { policy_ = policy; }
  const v1::Policy& policy() const { return policy_; }

  std::size_t size() const { return size_; }
  std::string id(std::uint32_t index) const;
  const std::string& target(std::uint32_t index) const { return RouteOf(index).target; }
  const std::string& method(std::uint32_t index) const { return RouteOf(index).method; }
  v1::Requirement requirement(std::uint32_t index) const;

  // What a status about it says.
  NamedCall Named(std::uint32_t index) const;

  bool shielded(std::uint32_t index) const { return shielded_.contains(index); }

  // Null: none.
  const v1::Fallback* fallback(std::uint32_t index) const;

 private:
  struct Route {
    std::uint32_t first_index;
    std::string target;
    std::string method;
  };

  const Route& RouteOf(std::uint32_t index) const;

  v1::Policy policy_;
  std::uint32_t size_ = 0;
  std::vector<Route> routes_;
  absl::flat_hash_map<std::uint32_t, std::string> ids_;
  absl::flat_hash_map<std::uint32_t, v1::Requirement> requirements_;
  absl::flat_hash_map<std::uint32_t, v1::Fallback> fallbacks_;
  absl::flat_hash_set<std::uint32_t> shielded_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_SENT_CALLS_H_
