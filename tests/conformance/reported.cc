#include "tests/conformance/reported.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"

namespace gather::conformance {
namespace {

constexpr std::size_t kLongestText = 100;

// Protobuf's JSON leaves out what is zero, as the wire does.
std::string Named(absl::string_view name) {
  return name == "UNSPECIFIED" || name == "NONE" ? "" : std::string(name);
}

std::string CodeName(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  v1::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return "";
  return info.reason();
}

}  // namespace

google::protobuf::Value ReportOf(const Text& reply) {
  google::protobuf::Value value;
  const std::string& text = reply.value();
  if (text.size() > kLongestText) {
    value.set_string_value(absl::StrCat(text.substr(0, 3), "… ", text.size()));
  } else {
    value.set_string_value(text);
  }
  return value;
}

google::protobuf::Value ReportOf(const std::vector<Text>& replies) {
  google::protobuf::Value value;
  value.mutable_list_value();
  for (const Text& reply : replies) *value.mutable_list_value()->add_values() = ReportOf(reply);
  return value;
}

google::protobuf::Value ReportOf(const std::optional<Text>& reply) {
  if (reply.has_value()) return ReportOf(*reply);
  google::protobuf::Value value;
  value.set_null_value(google::protobuf::NULL_VALUE);
  return value;
}

Status ReportOf(const absl::Status& status) {
  Status report;
  report.set_code(CodeName(status.raw_code()));
  report.set_message(std::string(status.message()));
  report.set_reason(ReasonOf(status));
  for (const gather::Failure& failure : Failures::From(status)) {
    Failure* added = report.add_failures();
    added->set_index(static_cast<int>(failure.index));
    added->set_id(failure.id);
    added->set_code(CodeName(failure.status.raw_code()));
    added->set_message(std::string(failure.status.message()));
    added->set_origin(Named(ToString(failure.origin)));
    added->set_delivery(Named(ToString(failure.delivery)));
  }
  return report;
}

Slot FactsOf(const OutcomeFacts& outcome) {
  Slot slot;
  slot.set_index(static_cast<int>(outcome.index()));
  slot.set_id(outcome.id());
  slot.set_disposition(Named(ToString(outcome.disposition())));
  if (outcome.proto().has_status()) {
    const v1::Status& status = outcome.proto().status();
    slot.set_code(CodeName(status.code()));
    slot.set_message(status.message());
    for (const google::protobuf::Any& detail : status.details()) {
      Detail* added = slot.add_details();
      added->set_type_url(detail.type_url());
      added->set_value(detail.value());
    }
  }
  slot.set_cause(Named(ToString(outcome.cause())));
  if (outcome.caused_by()) slot.set_caused_by(static_cast<int>(*outcome.caused_by()));
  slot.set_origin(Named(ToString(outcome.origin())));
  slot.set_delivery(Named(ToString(outcome.delivery())));
  slot.set_from_fallback(outcome.from_fallback());
  for (const auto& [key, value] : outcome.trailers()) {
    (*slot.mutable_trailers())[key] =
        absl::EndsWith(key, "-bin") ? absl::Base64Escape(value) : value;
  }
  return slot;
}

void SetDecision(const Summary& summary, Report* report) {
  report->set_verdict(Named(ToString(summary.verdict)));
  if (summary.decided_by) report->set_decided_by(static_cast<int>(*summary.decided_by));
}

}  // namespace gather::conformance
