#include "engine/reply_collector.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/compressed_reply.h"

namespace gather::engine {
namespace {

constexpr int kResourceExhausted = 8;
constexpr int kInternal = 13;

}  // namespace

void ReplyCollector::Begin(ReplyBudget* budget, std::uint64_t max_bytes) {
  budget_ = budget;
  max_bytes_ = max_bytes;
  messages_ = 0;
  fault_ = Fault::kNone;
  discards_ = false;
}

bool ReplyCollector::Add(grpc::ByteBuffer* message) {
  ++messages_;
  if (IsCompressed(message)) return Fail(Fault::kCompressed);
  if (discards_) return true;
  if (replies_ == nullptr) replies_ = std::make_unique<ReplyList>();
  const std::uint64_t bytes = ReplyList::Counted(message->Length());
  if (replies_->counted() + bytes > max_bytes_) return Fail(Fault::kTooLarge);
  if (!budget_->Fits(bytes)) return Fail(Fault::kTotalTooLarge);
  if (!budget_->TryReserve(bytes)) return Fail(Fault::kNoRoom);
  replies_->Add(message);
  return true;
}

void ReplyCollector::Discard() {
  discards_ = true;
  Drop();
}

void ReplyCollector::Finish(AttemptResult* result) {
  result->streamed = messages_;
  if (fault_ != Fault::kNone) Explain(result);
  if (result->code != 0 || discards_) return Drop();
  result->replies = replies_ != nullptr ? std::move(replies_) : std::make_unique<ReplyList>();
}

bool ReplyCollector::Fail(Fault fault) {
  fault_ = fault;
  Drop();
  return false;
}

void ReplyCollector::Drop() {
  if (replies_ == nullptr) return;
  budget_->Release(replies_->counted());
  replies_.reset();
}

void ReplyCollector::Explain(AttemptResult* result) const {
  result->code = kResourceExhausted;
  result->origin = v1::ORIGIN_ORCHESTRATOR;
  result->delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  result->details.clear();
  const std::string dropped = absl::StrCat(messages_, " streamed messages dropped: ");
  switch (fault_) {
    case Fault::kTooLarge:
      result->reason = "REPLY_TOO_LARGE";
      result->message = absl::StrCat(dropped, "one sub-call may bring ", max_bytes_, " bytes");
      return;
    case Fault::kTotalTooLarge:
      result->reason = "TOTAL_REPLY_TOO_LARGE";
      result->message =
          absl::StrCat(dropped, "all replies of one gather may have ", budget_->limit(),
                       " bytes together; ask for less, or in several gathers");
      return;
    case Fault::kNoRoom:
      result->reason = "TOTAL_REPLY_TOO_LARGE";
      result->message =
          absl::StrCat(dropped, "the replies of all gathers have filled what the server buffers");
      return;
    default:
      result->code = kInternal;
      result->origin = v1::ORIGIN_TRANSPORT;
      result->reason = "BACKEND_PROTOCOL";
      result->message = "the backend sent a compressed message";
  }
}

}  // namespace gather::engine
