#ifndef GATHER_ENGINE_CALL_CHECKER_H_
#define GATHER_ENGINE_CALL_CHECKER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/access.h"
#include "engine/metadata_merge.h"
#include "engine/method_set.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// Merges the sub-calls of one request with its defaults and checks them, one after the other in
// the order of their indexes. Everything it is made of must outlive it and the planned calls.
class CallChecker {
 public:
  // `calls` is how many there will be; 0 of a group, where nobody knows. `grants` says what the
  // caller may use; null: all that the targets allow.
  CallChecker(std::uint32_t calls, const v1::SubCall& defaults, v1::Mode mode,
              const TargetTable& targets, std::chrono::nanoseconds max_timeout,
              const Grants* grants = nullptr);

  // Plans the call of that index, giving it an id if it has none. Returned is what refuses the
  // whole request; a refusal of this slot alone goes into `planned`.
  std::optional<Refusal> Check(std::uint32_t index, v1::SubCall* call, PlannedCall* planned);

  // The same for a sub-call that is added to a group. What a gather would refuse becomes the slot's
  // own refusal; returned is only that another unended sub-call has its id.
  std::optional<Refusal> CheckAdded(std::uint32_t index, AddedCall* added);

  // The sub-call of that id, if one is known: an added one until it is forgotten.
  std::optional<std::uint32_t> IndexOf(absl::string_view id) const;

  // That id may be used again.
  void Forget(absl::string_view id) { index_of_id_.erase(id); }

  // Whether a timeout was above the maximum.
  bool clamped() const { return clamped_; }

 private:
  std::optional<Refusal> CheckId(std::uint32_t index, v1::SubCall* call);
  std::optional<Refusal> CheckUnique(std::uint32_t index, absl::string_view id);
  std::optional<Refusal> CheckServed(std::uint32_t index, const v1::SubCall& call) const;
  std::optional<Refusal> CheckMethodOf(std::uint32_t index, const v1::SubCall& call,
                                       PlannedCall* planned);
  std::optional<Refusal> CheckTimeout(std::uint32_t index, const v1::SubCall& call,
                                      PlannedCall* planned);
  std::optional<Refusal> CheckFallback(std::uint32_t index, const v1::SubCall& call,
                                       PlannedCall* planned);
  v1::Requirement RequirementOf(const v1::SubCall& call) const;
  std::optional<Refusal> CheckRequirement(std::uint32_t index, const v1::SubCall& call,
                                          PlannedCall* planned) const;
  std::optional<Refusal> CheckTarget(std::uint32_t index, const v1::SubCall& call,
                                     PlannedCall* planned);
  void LookUp(absl::string_view target);
  bool IsAllowed(absl::string_view method);

  // Applies what the target says of its sub-calls.
  void ObeyTarget(const v1::SubCall& call, PlannedCall* planned);

  // Refuses the slot when the target does not let one of its metadata keys through.
  static void CheckForwarded(std::uint32_t index, PlannedCall* planned);

  // Refuses the whole request if that call's failure decides it, else the slot.
  std::optional<Refusal> RefuseCall(Refusal refusal, PlannedCall* planned) const;

  // Whether the gather is lost already if this call fails with that code.
  bool FailureDecides(const PlannedCall& planned, int code) const;

  const std::uint32_t calls_;
  const v1::SubCall& defaults_;
  const v1::Mode mode_;
  const TargetTable& targets_;
  const std::chrono::nanoseconds max_timeout_;
  const Grants* const grants_;
  const MetadataMerge metadata_;
  bool clamped_ = false;
  absl::flat_hash_map<absl::string_view, std::uint32_t> index_of_id_;  // explicit ids only
  // Calls of one request mostly repeat each other: what was found good last is not looked at again.
  std::string good_method_;
  const Target* last_target_ = nullptr;
  const MethodSet* last_methods_ = nullptr;  // of it, that the caller may use
  std::string last_allowed_;  // one of these; a gather's calls often are of one method
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_CALL_CHECKER_H_
