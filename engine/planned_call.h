#ifndef GATHER_ENGINE_PLANNED_CALL_H_
#define GATHER_ENGINE_PLANNED_CALL_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/payload.h"
#include "engine/refusal.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// One sub-call, merged with the request's defaults and checked. Views and pointers are into the
// plan's request and live as long as the plan.
struct PlannedCall {
  v1::SubCall* sub_call = nullptr;  // its id is never empty any more
  const Target* target = nullptr;   // null exactly when `refusal` is set
  absl::string_view target_name;    // as the caller wrote it, whether or not there is such a target
  absl::string_view method;
  Payload payload;                            // its own, if it was kept as it came; else
  std::string* request = nullptr;             // its own bytes, or null: see `Plan::shared_request`
  std::vector<const v1::Metadata*> metadata;  // the defaults' entries first
  std::optional<std::chrono::nanoseconds> timeout;  // from acceptance, queueing included
  const v1::Fallback* fallback = nullptr;
  v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED;
  bool shielded = false;                   // once started, it survives the gather
  bool server_streaming = false;           // all messages of the method are collected
  bool idempotent = false;                 // recorded only, until retries are served
  std::size_t added_bytes = 0;             // of a group: of the message that added it
  std::unique_ptr<const Refusal> refusal;  // the slot is REJECTED with it
};

// A sub-call that was added to a group, with the message that its plan points into.
struct AddedCall {
  v1::SubCall message;
  PlannedCall planned;
};

// Whether the fallback replaces a failure of that code.
bool Covers(const v1::Fallback& fallback, int code);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_PLANNED_CALL_H_
