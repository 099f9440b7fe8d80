#include "gather/outcome_facts.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gather/duration.h"
#include "gather/status_from_proto.h"

namespace gather {
namespace {

// Values of a newer server that this library does not know read as kUnspecified.
template <typename Enum, typename Proto>
Enum FromWire(Proto value, Proto last) {
  return value > last ? Enum::kUnspecified : static_cast<Enum>(value);
}

absl::string_view Shorten(const std::string& name, absl::string_view prefix) {
  if (name.empty()) return "UNSPECIFIED";
  return absl::StripPrefix(absl::string_view(name.data(), name.size()), prefix);
}

}  // namespace

absl::string_view ToString(Disposition disposition) {
  return Shorten(v1::Disposition_Name(static_cast<v1::Disposition>(disposition)), "DISPOSITION_");
}

absl::string_view ToString(Cause cause) {
  return Shorten(v1::Cause_Name(static_cast<v1::Cause>(cause)), "CAUSE_");
}

absl::string_view ToString(Origin origin) {
  return Shorten(v1::Origin_Name(static_cast<v1::Origin>(origin)), "ORIGIN_");
}

absl::string_view ToString(Delivery delivery) {
  return Shorten(v1::Delivery_Name(static_cast<v1::Delivery>(delivery)), "DELIVERY_");
}

OutcomeFacts::OutcomeFacts(v1::Outcome proto) : proto_(std::move(proto)) {
  proto_.clear_response();
  proto_.clear_responses();
}

absl::Status OutcomeFacts::status() const {
  if (ok()) return absl::OkStatus();
  if (proto_.status().code() != 0) return internal::StatusFromProto(proto_.status());
  if (disposition() == Disposition::kDetached) {
    return absl::UnknownError(
        absl::StrCat("sub-call ", index(), " was still running when the answer was given"));
  }
  return absl::UnknownError(
      absl::StrCat("sub-call ", index(), " is ", ToString(disposition()), ", without a status"));
}

void OutcomeFacts::CheckOk() const {
  if (ok()) return;
  std::fprintf(stderr, "gather: value() of an outcome that is not OK: %s\n",
               status().ToString().c_str());
  std::abort();
}

absl::Status OutcomeFacts::replaced_status() const {
  if (!from_fallback()) return absl::OkStatus();
  return internal::StatusFromProto(proto_.status());
}

Disposition OutcomeFacts::disposition() const {
  return FromWire<Disposition>(proto_.disposition(), v1::DISPOSITION_DETACHED);
}

Cause OutcomeFacts::cause() const { return FromWire<Cause>(proto_.cause(), v1::CAUSE_LIMIT); }

std::optional<std::uint32_t> OutcomeFacts::caused_by() const {
  if (!proto_.has_caused_by()) return std::nullopt;
  return proto_.caused_by();
}

Origin OutcomeFacts::origin() const {
  return FromWire<Origin>(proto_.origin(), v1::ORIGIN_ORCHESTRATOR);
}

Delivery OutcomeFacts::delivery() const {
  return FromWire<Delivery>(proto_.delivery(), v1::DELIVERY_ANSWERED);
}

Timing OutcomeFacts::timing() const {
  const v1::Timing& timing = proto_.timing();
  Timing result;
  result.queued = internal::FromProto(timing.queued());
  if (timing.has_started()) result.started = internal::FromProto(timing.started());
  result.finished = internal::FromProto(timing.finished());
  result.attempts = timing.attempts();
  result.winning_attempt = timing.winning_attempt();
  result.peer = timing.peer();
  return result;
}

std::vector<std::pair<std::string, std::string>> OutcomeFacts::trailers() const {
  std::vector<std::pair<std::string, std::string>> trailers;
  trailers.reserve(proto_.trailers_size());
  for (const v1::Metadata& entry : proto_.trailers()) {
    trailers.emplace_back(entry.key(), entry.value());
  }
  return trailers;
}

}  // namespace gather
