#include "engine/answer_writer.h"

#include <grpc/support/log.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "engine/outcome_wire.h"
#include "engine/reply_list.h"
#include "google/protobuf/io/coded_stream.h"

namespace gather::engine {
namespace {

using google::protobuf::io::CodedOutputStream;

// A copy is as good as a reference below this.
constexpr std::size_t kCopyBelowBytes = 1024;

// What is written rather than referenced leaves in slices of about this size.
constexpr std::size_t kSliceBytes = 64 * 1024;
constexpr std::size_t kUsualOutcomeBytes = 192;

// A field of length-delimited bytes, as it is tagged: one byte, since all numbers here are small.
constexpr std::uint8_t Tag(int field) { return static_cast<std::uint8_t>(field << 3 | 2); }

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

// What the messages of a stream take in an outcome, heads included.
std::size_t StreamedBytes(const Outcome& outcome) {
  if (outcome.responses == nullptr) return 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < outcome.responses->size(); ++i) {
    const std::size_t message = BytesOf((*outcome.responses)[i]);
    bytes += 1 + VarintBytes(message) + message;
  }
  return bytes;
}

void Append(absl::Span<const grpc::Slice> slices, std::string* bytes) {
  bytes->reserve(BytesOf(slices));
  for (const grpc::Slice& slice : slices) {
    bytes->append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
}

void AppendAll(const grpc::ByteBuffer& buffer, std::string* bytes) {
  grpc::Slice whole;
  if (buffer.TrySingleSlice(&whole).ok()) return Append({&whole, 1}, bytes);
  std::vector<grpc::Slice> slices;
  SlicesOf(buffer, &slices);
  Append(slices, bytes);
}

// The decision, the summary and what validate_only shows: all but the outcomes.
void WriteRest(const Answer& answer, v1::GatherResponse* response) {
  *response->mutable_summary() = ToSummary(answer);
  if (answer.plan.validate_only()) {
    *response->mutable_effective() = Effective(answer.plan);
  } else {
    *response->mutable_decision() = answer.decision;
  }
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

  void Copy(absl::Span<const grpc::Slice> slices) {
    for (const grpc::Slice& slice : slices) {
      std::uint8_t* room = Extend(slice.size());
      std::copy(slice.begin(), slice.end(), room);
    }
  }

  void Reference(absl::Span<const grpc::Slice> slices) {
    Flush();
    slices_.insert(slices_.end(), slices.begin(), slices.end());
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

class OutcomeWriter {
 public:
  explicit OutcomeWriter(std::size_t outcomes) : writer_(outcomes * kUsualOutcomeBytes) {}

  // As field `field` of the message that is being written.
  void Write(int field, const Outcome& outcome, std::uint32_t index, absl::string_view id) {
    rest_.clear();
    AppendOutcome(outcome, index, id, &rest_);
    const std::size_t payload = outcome.response.Length();
    const std::size_t payload_head = payload == 0 ? 0 : 1 + VarintBytes(payload);
    const std::size_t whole = rest_.size() + payload_head + payload + StreamedBytes(outcome);

    std::uint8_t* at = writer_.Extend(1 + VarintBytes(whole) + rest_.size() + payload_head);
    *at++ = Tag(field);
    at = CodedOutputStream::WriteVarint64ToArray(whole, at);
    at = std::copy(rest_.begin(), rest_.end(), at);
    if (payload > 0) {
      *at++ = Tag(v1::Outcome::kResponseFieldNumber);
      CodedOutputStream::WriteVarint64ToArray(payload, at);
      SlicesOf(outcome.response, &slices_);
      WriteBytes(slices_, payload);
    }
    if (outcome.responses != nullptr) WriteStreamed(*outcome.responses);
  }

  void Write(const google::protobuf::MessageLite& message) {
    const std::size_t bytes = message.ByteSizeLong();
    if (bytes > 0) message.SerializeWithCachedSizesToArray(writer_.Extend(bytes));
  }

  grpc::ByteBuffer Finish() { return writer_.Finish(); }

 private:
  void WriteStreamed(const ReplyList& responses) {
    for (std::size_t i = 0; i < responses.size(); ++i) {
      const std::size_t bytes = BytesOf(responses[i]);
      std::uint8_t* at = writer_.Extend(1 + VarintBytes(bytes));
      *at++ = Tag(v1::Outcome::kResponsesFieldNumber);
      CodedOutputStream::WriteVarint64ToArray(bytes, at);
      WriteBytes(responses[i], bytes);
    }
  }

  void WriteBytes(absl::Span<const grpc::Slice> slices, std::size_t bytes) {
    if (bytes < kCopyBelowBytes) {
      writer_.Copy(slices);
    } else {
      writer_.Reference(slices);
    }
  }

  SliceWriter writer_;
  std::string rest_;  // of the outcome that is being written; kept, so that its room is
  std::vector<grpc::Slice> slices_;
};

}  // namespace

grpc::ByteBuffer ToWire(const Answer& answer) {
  OutcomeWriter writer(answer.outcomes.size() + 2);
  for (std::uint32_t i = 0; i < answer.outcomes.size(); ++i) {
    writer.Write(v1::GatherResponse::kOutcomesFieldNumber, answer.outcomes[i], i,
                 answer.plan.calls[i].sub_call->id());
  }
  v1::GatherResponse rest;
  WriteRest(answer, &rest);
  writer.Write(rest);
  return writer.Finish();
}

void ToResponse(const Answer& answer, v1::GatherResponse* response) {
  response->Clear();
  for (std::uint32_t i = 0; i < answer.outcomes.size(); ++i) {
    ToMessage(answer.outcomes[i], i, answer.plan.calls[i].sub_call->id(), response->add_outcomes());
  }
  WriteRest(answer, response);
}

grpc::ByteBuffer ToEvent(int field, const Outcome& outcome, std::uint32_t index,
                         absl::string_view id) {
  OutcomeWriter writer(1);
  writer.Write(field, outcome, index, id);
  return writer.Finish();
}

void ToMessage(const Outcome& outcome, std::uint32_t index, absl::string_view id,
               v1::Outcome* message) {
  ToProto(outcome, index, id, message);
  if (outcome.response.Length() > 0) AppendAll(outcome.response, message->mutable_response());
  if (outcome.responses == nullptr) return;
  for (std::size_t i = 0; i < outcome.responses->size(); ++i) {
    Append((*outcome.responses)[i], message->add_responses());
  }
}

v1::Summary ToSummary(const Answer& answer) {
  v1::Summary summary = answer.summary;
  if (!answer.plan.validate_only()) *summary.mutable_decision() = answer.decision;
  return summary;
}

}  // namespace gather::engine
