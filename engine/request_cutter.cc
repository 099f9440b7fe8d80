#include "engine/request_cutter.h"

#include <grpc/slice.h>

#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"
#include "engine/payload.h"
#include "engine/slice_cursor.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {
namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kBytes = 2;
constexpr std::size_t kMostVarintBytes = 10;
constexpr std::size_t kMostLengthBytes = 4;  // the longer ones are of requests that nobody allows

// A field as it is tagged: one byte, since all numbers here are small.
constexpr std::uint8_t Tag(std::uint32_t field) {
  return static_cast<std::uint8_t>(field << 3 | kBytes);
}

// A message's fields by wire type, a bit for each number.
struct Fields {
  std::uint32_t bytes;
  std::uint32_t varints;
};

template <typename... Numbers>
constexpr std::uint32_t Bits(Numbers... numbers) {
  return ((1u << numbers) | ...);
}

constexpr Fields kGatherRequest{
    Bits(v1::GatherRequest::kCallsFieldNumber, v1::GatherRequest::kPolicyFieldNumber,
         v1::GatherRequest::kTimeoutFieldNumber, v1::GatherRequest::kDefaultsFieldNumber,
         v1::GatherRequest::kLabelFieldNumber),
    Bits(v1::GatherRequest::kMaxConcurrencyFieldNumber,
         v1::GatherRequest::kValidateOnlyFieldNumber)};

constexpr Fields kSubCall{
    Bits(v1::SubCall::kIdFieldNumber, v1::SubCall::kTargetFieldNumber,
         v1::SubCall::kMethodFieldNumber, v1::SubCall::kRequestFieldNumber,
         v1::SubCall::kMetadataFieldNumber, v1::SubCall::kTimeoutFieldNumber,
         v1::SubCall::kRetryFieldNumber, v1::SubCall::kHedgingFieldNumber,
         v1::SubCall::kFallbackFieldNumber),
    Bits(v1::SubCall::kIdempotentFieldNumber, v1::SubCall::kShieldedFieldNumber,
         v1::SubCall::kRequirementFieldNumber, v1::SubCall::kServerStreamingFieldNumber)};

// Reads messages field by field, and knows what is usual in them: each method is false where
// something is not.
class FieldReader {
 public:
  explicit FieldReader(absl::Span<const grpc::Slice> slices) : at_(slices) {}

  std::size_t position() const { return at_.position(); }

  bool ReadTag(std::uint8_t* tag) { return at_.ReadByte(tag); }

  // Where the bytes end that begin with their length here; at most at `limit`.
  bool ReadEnd(std::size_t limit, std::size_t* end) {
    std::size_t length = 0;
    for (std::size_t bit = 0; bit < 7 * kMostLengthBytes; bit += 7) {
      std::uint8_t byte = 0;
      if (!at_.ReadByte(&byte)) return false;
      length |= std::size_t{byte & 0x7fu} << bit;
      if (byte < 0x80) {
        *end = position() + length;
        return *end <= limit;
      }
    }
    return false;
  }

  void SkipTo(std::size_t position) { at_.SkipTo(position); }

  // The value of the field with that tag, which must be one of `fields`.
  bool SkipValue(std::uint8_t tag, const Fields& fields, std::size_t limit) {
    if (tag >= 0x80) return false;
    const std::uint32_t field = 1u << (tag >> 3);
    const std::uint32_t type = tag & 7u;
    if (type == kVarint && (fields.varints & field) != 0) return SkipVarint(limit);
    if (type != kBytes || (fields.bytes & field) == 0) return false;
    std::size_t end = 0;
    if (!ReadEnd(limit, &end)) return false;
    SkipTo(end);
    return true;
  }

 private:
  bool SkipVarint(std::size_t limit) {
    for (std::size_t i = 0; i < kMostVarintBytes; ++i) {
      std::uint8_t byte = 0;
      if (!at_.ReadByte(&byte)) return false;
      if (byte < 0x80) return position() <= limit;
    }
    return false;
  }

  SliceCursor at_;
};

// Where a sub-call has its payload; `end` is `begin` where it has none.
struct PayloadPlace {
  std::size_t field = 0;  // its tag
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::optional<PayloadPlace> FindPayload(FieldReader* reader, std::size_t call_end) {
  std::optional<PayloadPlace> place;
  while (reader->position() < call_end) {
    const std::size_t field = reader->position();
    std::uint8_t tag = 0;
    if (!reader->ReadTag(&tag)) return std::nullopt;
    if (tag != Tag(v1::SubCall::kRequestFieldNumber)) {
      if (!reader->SkipValue(tag, kSubCall, call_end)) return std::nullopt;
      continue;
    }
    std::size_t end = 0;
    if (place || !reader->ReadEnd(call_end, &end)) return std::nullopt;
    place = {field, reader->position(), end};
    reader->SkipTo(end);
  }
  return place.value_or(PayloadPlace());
}

void AppendVarint(std::size_t value, std::string* bytes) {
  for (; value >= 0x80; value >>= 7) bytes->push_back(static_cast<char>(value | 0x80));
  bytes->push_back(static_cast<char>(value));
}

// Reads ahead, and follows with what it keeps: so a request without large payloads is only read.
class Cutter {
 public:
  Cutter(absl::Span<const grpc::Slice> slices, const CutFrom& from)
      : reader_(slices), kept_(slices), slices_(slices.size()), from_(from) {
    for (const grpc::Slice& slice : slices) end_ += slice.size();
  }

  bool worthwhile() const {
    return end_ >= from_.request_bytes && end_ >= slices_ * from_.slice_bytes;
  }

  std::optional<CutRequest> CutGather() && {
    while (reader_.position() < end_) {
      const std::size_t field = reader_.position();
      std::uint8_t tag = 0;
      if (!reader_.ReadTag(&tag)) return std::nullopt;
      const bool usual = tag == Tag(v1::GatherRequest::kCallsFieldNumber)
                             ? PassCall(field, tag)
                             : reader_.SkipValue(tag, kGatherRequest, end_);
      if (!usual) return std::nullopt;
    }
    return std::move(*this).Finish();
  }

  std::optional<CutRequest> CutAdd() && {
    std::uint8_t tag = 0;
    if (!reader_.ReadTag(&tag)) return std::nullopt;
    if (tag != Tag(v1::TaskGroupRequest::kAddFieldNumber)) return std::nullopt;
    // What follows it would be merged with it or take its place.
    if (!PassCall(0, tag) || reader_.position() < end_) return std::nullopt;
    return std::move(*this).Finish();
  }

 private:
  // Behind the tag of a sub-call, which stands at `field`.
  bool PassCall(std::size_t field, std::uint8_t tag) {
    std::size_t end = 0;
    if (!reader_.ReadEnd(end_, &end)) return false;
    const std::size_t begin = reader_.position();
    const std::uint32_t index = calls_++;
    if (end - begin < from_.payload_bytes) {
      reader_.SkipTo(end);
      return true;
    }
    const auto place = FindPayload(&reader_, end);
    if (!place) return false;
    if (place->end - place->begin < from_.payload_bytes) return true;
    CopyTo(field);
    cut_.rest.push_back(static_cast<char>(tag));
    AppendVarint(end - begin - (place->end - place->field) + kEmptyRequest.size(), &cut_.rest);
    kept_.SkipTo(begin);
    CopyTo(place->field);
    cut_.rest.append(kEmptyRequest.data(), kEmptyRequest.size());
    kept_.SkipTo(place->begin);
    cut_.payloads.push_back({index, TakeTo(place->end)});
    return true;
  }

  void CopyTo(std::size_t position) {
    kept_.PassTo(position, [this](const grpc::Slice& slice, std::size_t begin, std::size_t end) {
      cut_.rest.append(slice.begin() + begin, slice.begin() + end);
    });
  }

  Payload TakeTo(std::size_t position) {
    taken_.clear();
    kept_.PassTo(position, [this](const grpc::Slice& slice, std::size_t begin, std::size_t end) {
      taken_.emplace_back(grpc_slice_sub_no_ref(slice.c_slice(), begin, end),
                          grpc::Slice::STEAL_REF);
    });
    return Payload(taken_);
  }

  std::optional<CutRequest> Finish() && {
    if (cut_.payloads.empty()) return std::nullopt;
    CopyTo(end_);
    return std::move(cut_);
  }

  static constexpr absl::string_view kEmptyRequest{"\x22\0", 2};
  static_assert(Tag(v1::SubCall::kRequestFieldNumber) == 0x22);

  FieldReader reader_;
  SliceCursor kept_;
  const std::size_t slices_;
  const CutFrom from_;
  std::size_t end_ = 0;
  std::uint32_t calls_ = 0;
  CutRequest cut_;
  std::vector<grpc::Slice> taken_;
};

}  // namespace

std::optional<CutRequest> CutPayloads(absl::Span<const grpc::Slice> request, const CutFrom& from) {
  Cutter cutter(request, from);
  if (!cutter.worthwhile()) return std::nullopt;
  return std::move(cutter).CutGather();
}

std::optional<CutRequest> CutAddedPayload(absl::Span<const grpc::Slice> request,
                                          const CutFrom& from) {
  Cutter cutter(request, from);
  if (!cutter.worthwhile()) return std::nullopt;
  return std::move(cutter).CutAdd();
}

}  // namespace gather::engine
