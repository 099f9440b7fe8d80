#include "engine/ending.h"

#include <grpcpp/support/slice.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "engine/planned_call.h"
#include "engine/reply_list.h"
#include "engine/utf8.h"

namespace gather::engine {
namespace {

constexpr int kCancelled = 1;
constexpr int kDeadlineExceeded = 4;
constexpr int kResourceExhausted = 8;
constexpr int kUnavailable = 14;
constexpr std::size_t kMaxMessageBytes = 1024;

std::unique_ptr<v1::Status> MakeStatus(int code, absl::string_view message) {
  auto status = std::make_unique<v1::Status>();
  status->set_code(code);
  status->set_message(ValidUtf8(message, kMaxMessageBytes));
  return status;
}

// The details stand in a serialised google.rpc.Status. What is not one is kept as a trailer:
// nothing that a backend said is lost.
void AddBackendDetails(AttemptResult* result, Outcome* outcome) {
  if (result->details.empty()) return;
  v1::Status sent;
  if (sent.ParseFromString(result->details)) {
    outcome->status->mutable_details()->Swap(sent.mutable_details());
  } else {
    outcome->trailers.emplace_back("grpc-status-details-bin", std::move(result->details));
  }
}

Outcome Ours(v1::Disposition disposition, v1::Cause cause, v1::Delivery delivery) {
  Outcome outcome;
  outcome.disposition = disposition;
  outcome.cause = cause;
  outcome.origin = v1::ORIGIN_ORCHESTRATOR;
  outcome.delivery = delivery;
  return outcome;
}

std::string StopMessage(const GatherState::StopReason& reason) {
  switch (reason.cause) {
    case v1::CAUSE_CALLER:
      return "stopped: the caller cancelled the gather";
    case v1::CAUSE_GATHER_DEADLINE:
      return "stopped: the gather's deadline passed";
    case v1::CAUSE_SIBLING_FAILED:
      return absl::StrCat("stopped: sub-call ", reason.caused_by.value_or(0), " failed");
    case v1::CAUSE_SHUTDOWN:
      return "stopped: the server is shutting down";
    case v1::CAUSE_GROUP_ENDED:
      return "stopped: the group was ended early";
    case v1::CAUSE_OWN_HANDLE:
      return "stopped: this sub-call was cancelled";
    case v1::CAUSE_LIMIT:
      return "stopped: too many detached sub-calls run already";
    default:
      return reason.caused_by
                 ? absl::StrCat("stopped: sub-call ", *reason.caused_by, " decided the gather")
                 : "stopped: the gather was decided";
  }
}

std::string OwnDeadlineMessage(const AttemptResult& result) {
  if (result.streamed > 0) {
    return absl::StrCat("its own timeout passed before the stream's end; ", result.streamed,
                        " messages dropped");
  }
  return result.got_message
             ? "its own timeout passed after a first message had come: a method that "
               "streams its replies needs server_streaming"
             : "its own timeout passed before the backend answered";
}

int StopCode(v1::Cause cause) {
  switch (cause) {
    case v1::CAUSE_GATHER_DEADLINE:
      return kDeadlineExceeded;
    case v1::CAUSE_SHUTDOWN:
      return kUnavailable;
    case v1::CAUSE_LIMIT:
      return kResourceExhausted;
    default:
      return kCancelled;
  }
}

}  // namespace

Outcome Succeeded(AttemptResult* result) {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_SUCCEEDED;
  outcome.delivery = v1::DELIVERY_ANSWERED;
  outcome.response = std::move(result->reply);
  outcome.responses = std::move(result->replies);
  outcome.trailers = std::move(result->trailers);
  return outcome;
}

Outcome Failed(AttemptResult* result) {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_FAILED;
  outcome.origin = result->origin;
  outcome.delivery = result->delivery;
  outcome.status = MakeStatus(result->code, result->message);
  outcome.trailers = std::move(result->trailers);
  AddBackendDetails(result, &outcome);
  if (result->reason != nullptr) AddDetail(MakeErrorInfo(result->reason), outcome.status.get());
  return outcome;
}

Outcome TotalReplyTooLarge(AttemptResult* result, std::uint64_t limit) {
  Outcome outcome =
      Ours(v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED, v1::DELIVERY_EFFECT_UNKNOWN);
  outcome.status = MakeStatus(
      kResourceExhausted, absl::StrCat("reply of ", result->reply.Length(),
                                       " bytes dropped: all replies of one gather may have ", limit,
                                       " bytes together; ask for less, or in several gathers"));
  AddDetail(MakeErrorInfo("TOTAL_REPLY_TOO_LARGE"), outcome.status.get());
  return outcome;
}

Outcome OwnDeadline(const AttemptResult& result) {
  Outcome outcome =
      Ours(v1::DISPOSITION_FAILED, v1::CAUSE_SUB_CALL_DEADLINE, v1::DELIVERY_EFFECT_UNKNOWN);
  outcome.status = MakeStatus(kDeadlineExceeded, OwnDeadlineMessage(result));
  return outcome;
}

Outcome OwnDeadlineInQueue() {
  Outcome outcome =
      Ours(v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE, v1::DELIVERY_NEVER_SENT);
  outcome.status = MakeStatus(kDeadlineExceeded,
                              "its own timeout passed while it waited for its turn: raise "
                              "the timeout or max_concurrency");
  return outcome;
}

Outcome TooLateToStart(absl::string_view target) {
  Outcome outcome =
      Ours(v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE, v1::DELIVERY_NEVER_SENT);
  outcome.status = MakeStatus(
      kDeadlineExceeded, absl::StrCat("waited so long for target \"", target,
                                      "\" that its own timeout left less time than calls to it "
                                      "usually take"));
  return outcome;
}

Outcome Rejected(const Refusal& refusal) {
  const v1::Cause cause =
      refusal.code == kResourceExhausted ? v1::CAUSE_LIMIT : v1::CAUSE_UNSPECIFIED;
  Outcome outcome = Ours(v1::DISPOSITION_REJECTED, cause, v1::DELIVERY_NEVER_SENT);
  outcome.status = std::make_unique<v1::Status>(ToProto(refusal));
  return outcome;
}

Outcome Stopped(const GatherState::StopReason& reason, bool sent) {
  Outcome outcome =
      Ours(sent ? v1::DISPOSITION_CANCELLED : v1::DISPOSITION_NOT_STARTED, reason.cause,
           sent ? v1::DELIVERY_EFFECT_UNKNOWN : v1::DELIVERY_NEVER_SENT);
  outcome.caused_by = reason.caused_by;
  outcome.status = MakeStatus(StopCode(reason.cause), StopMessage(reason));
  return outcome;
}

Outcome Detached() {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_DETACHED;
  outcome.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  return outcome;
}

Outcome Validated() {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_NOT_STARTED;
  outcome.delivery = v1::DELIVERY_NEVER_SENT;
  return outcome;
}

bool ApplyFallback(const v1::Fallback& fallback, const grpc::Slice& bytes, bool server_streaming,
                   Outcome* outcome) {
  if (!Covers(fallback, outcome->status->code())) return false;
  outcome->disposition = v1::DISPOSITION_SUCCEEDED;
  outcome->cause = v1::CAUSE_UNSPECIFIED;
  outcome->from_fallback = true;
  if (server_streaming) {
    outcome->responses = std::make_unique<ReplyList>();
    grpc::ByteBuffer message(&bytes, 1);
    outcome->responses->Add(&message);
  } else {
    outcome->response = Payload(bytes);
  }
  return true;
}

}  // namespace gather::engine
