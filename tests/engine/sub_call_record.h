#ifndef GATHER_TESTS_ENGINE_SUB_CALL_RECORD_H_
#define GATHER_TESTS_ENGINE_SUB_CALL_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>

#include "engine/async/time.h"
#include "engine/gather_state.h"
#include "gather/v1/gather.pb.h"
#include "tests/support/fake_invoker.h"

namespace gather::testing {

// What an attempt's backend, or the transport, said.
struct Arrival {
  int code = 0;
  std::string message;
  std::string bytes;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::Delivery delivery = v1::DELIVERY_UNSPECIFIED;
  engine::Time at;
};

// One sub-call of a gather, as a bystander sees it: what was asked, and what has truly happened.
struct SubCallRecord {
  std::uint32_t index = 0;
  v1::SubCall call;                 // its id is never empty
  std::optional<int> refusal_code;  // of a slot that is to be refused
  bool fallback_heeds_refusal = false;
  engine::Time accepted;
  engine::Time own_deadline = engine::kNever;

  const FakeAttempt* attempt = nullptr;  // while it is outstanding
  std::optional<engine::Time> sent;
  std::optional<Arrival> arrived;
  std::string brought;     // a server-streaming one's messages so far, as PayloadOf() tells them
  bool withdrawn = false;  // cancelled by its own handle, before anything else stopped it
  std::optional<engine::GatherState::StopReason> asked_to_stop;  // why its attempt was

  std::optional<v1::Disposition> ended;
  std::optional<v1::Status> failure;  // a real one

  bool open() const { return !ended; }
  bool waiting() const { return !ended && !sent; }
  bool counts() const { return call.requirement() != v1::REQUIREMENT_OPTIONAL; }
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_SUB_CALL_RECORD_H_
