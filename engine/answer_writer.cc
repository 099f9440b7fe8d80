#include "engine/answer_writer.h"

#include <grpc/support/log.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/arena.h"
#include "google/protobuf/io/coded_stream.h"

namespace gather::engine {
namespace {

using google::protobuf::io::CodedOutputStream;

// A copy is as good as a reference below this.
constexpr std::size_t kCopyBelowBytes = 1024;

// What is written rather than referenced leaves in slices of about this size.
constexpr std::size_t kSliceBytes = 64 * 1024;
constexpr std::size_t kUsualOutcomeBytes = 192;

// Field numbers as tags of length-delimited fields.
constexpr std::uint8_t kOutcomesTag = 1 << 3 | 2;  // GatherResponse.outcomes
constexpr std::uint8_t kResponseTag = 5 << 3 | 2;  // Outcome.response

std::size_t VarintBytes(std::size_t value) {
  return CodedOutputStream::VarintSize64(static_cast<std::uint64_t>(value));
}

// The slices of `buffer`, in order; one that holds nothing has none.
void SlicesOf(const grpc::ByteBuffer& buffer, std::vector<grpc::Slice>* slices) {
  slices->clear();
  if (!buffer.Valid()) return;
  slices->resize(1);
  if (buffer.TrySingleSlice(slices->data()).ok()) return;
  // Only a compressed buffer cannot be read, and compression is off on every channel.
  GPR_ASSERT(buffer.Dump(slices).ok());
}

// The decision, the summary and what validate_only shows: all but the outcomes.
void WriteRest(const Answer& answer, v1::GatherResponse* response) {
  *response->mutable_summary() = answer.summary;
  if (answer.plan.validate_only()) {
    *response->mutable_effective() = Effective(answer.plan);
    return;
  }
  *response->mutable_decision() = answer.decision;
  *response->mutable_summary()->mutable_decision() = answer.decision;
}

// Joins bytes that are written here with slices that are passed on.
class SliceWriter {
 public:
  explicit SliceWriter(std::size_t expected_bytes)
      : expected_bytes_(std::min(expected_bytes, kSliceBytes)) {}

  // Room for `bytes` more, to be filled by the caller before the next call.
  std::uint8_t* Extend(std::size_t bytes) {
    if (!written_.empty() && written_.size() + bytes > kSliceBytes) Flush();
    if (written_.empty()) written_.reserve(expected_bytes_);
    const std::size_t before = written_.size();
    written_.resize(before + bytes);
    return reinterpret_cast<std::uint8_t*>(written_.data() + before);
  }

  void Copy(const std::vector<grpc::Slice>& slices) {
    for (const grpc::Slice& slice : slices) {
      std::uint8_t* room = Extend(slice.size());
      std::copy(slice.begin(), slice.end(), room);
    }
  }

  void Reference(std::vector<grpc::Slice>* slices) {
    Flush();
    std::move(slices->begin(), slices->end(), std::back_inserter(slices_));
  }

  grpc::ByteBuffer Finish() {
    Flush();
    if (slices_.empty()) slices_.emplace_back();
    return grpc::ByteBuffer(slices_.data(), slices_.size());
  }

 private:
  // The slice takes the written bytes over instead of copying them.
  void Flush() {
    if (written_.empty()) return;
    auto* owned = new std::string(std::move(written_));
    slices_.emplace_back(
        owned->data(), owned->size(), [](void* bytes) { delete static_cast<std::string*>(bytes); },
        owned);
    written_ = std::string();
  }

  const std::size_t expected_bytes_;
  std::string written_;
  std::vector<grpc::Slice> slices_;
};

// Writes one answer. Outcomes become messages one at a time, in the same bit of memory: clearing
// and filling one message again would free and allocate its parts for each.
class AnswerWriter {
 public:
  explicit AnswerWriter(const Answer& answer)
      : answer_(answer),
        writer_((answer.outcomes.size() + 2) * kUsualOutcomeBytes),
        arena_(block_, sizeof(block_)) {}

  grpc::ByteBuffer Write() {
    for (std::uint32_t i = 0; i < answer_.outcomes.size(); ++i) WriteOutcome(i);
    v1::GatherResponse rest;
    WriteRest(answer_, &rest);
    const std::size_t bytes = rest.ByteSizeLong();
    if (bytes > 0) rest.SerializeWithCachedSizesToArray(writer_.Extend(bytes));
    return writer_.Finish();
  }

 private:
  void WriteOutcome(std::uint32_t index) {
    const Outcome& outcome = answer_.outcomes[index];
    auto* message = google::protobuf::Arena::CreateMessage<v1::Outcome>(&arena_);
    ToProto(outcome, index, answer_.plan.calls[index].sub_call->id(), message);
    const std::size_t payload = outcome.response.Length();
    const std::size_t rest = message->ByteSizeLong();
    const std::size_t payload_head = payload == 0 ? 0 : 1 + VarintBytes(payload);
    const std::size_t whole = rest + payload_head + payload;

    std::uint8_t* at = writer_.Extend(1 + VarintBytes(whole) + rest + payload_head);
    *at++ = kOutcomesTag;
    at = CodedOutputStream::WriteVarint64ToArray(whole, at);
    at = message->SerializeWithCachedSizesToArray(at);
    arena_.Reset();
    if (payload == 0) return;
    *at++ = kResponseTag;
    CodedOutputStream::WriteVarint64ToArray(payload, at);
    SlicesOf(outcome.response, &slices_);
    if (payload < kCopyBelowBytes) {
      writer_.Copy(slices_);
    } else {
      writer_.Reference(&slices_);
    }
  }

  const Answer& answer_;
  SliceWriter writer_;
  alignas(8) char block_[2048];
  google::protobuf::Arena arena_;
  std::vector<grpc::Slice> slices_;
};

}  // namespace

grpc::ByteBuffer ToWire(const Answer& answer) { return AnswerWriter(answer).Write(); }

void ToResponse(const Answer& answer, v1::GatherResponse* response) {
  response->Clear();
  std::vector<grpc::Slice> slices;
  for (std::uint32_t i = 0; i < answer.outcomes.size(); ++i) {
    const Outcome& outcome = answer.outcomes[i];
    v1::Outcome* out = response->add_outcomes();
    ToProto(outcome, i, answer.plan.calls[i].sub_call->id(), out);
    if (outcome.response.Length() == 0) continue;
    out->mutable_response()->reserve(outcome.response.Length());
    SlicesOf(outcome.response, &slices);
    for (const grpc::Slice& slice : slices) {
      out->mutable_response()->append(slice.begin(), slice.end());
    }
  }
  WriteRest(answer, response);
}

}  // namespace gather::engine
