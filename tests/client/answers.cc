#include "tests/client/answers.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

v1::GatherResponse With(std::vector<v1::Outcome> outcomes, v1::Verdict verdict) {
  v1::GatherResponse response;
  v1::Summary& summary = *response.mutable_summary();
  summary.set_gather_id("c0ffee");
  for (v1::Outcome& outcome : outcomes) {
    const int index = response.outcomes_size();
    outcome.set_index(index);
    outcome.set_id(absl::StrCat(index));
    if (outcome.disposition() == v1::DISPOSITION_SUCCEEDED) {
      summary.set_succeeded(summary.succeeded() + 1);
    }
    if (outcome.disposition() == v1::DISPOSITION_FAILED) summary.set_failed(summary.failed() + 1);
    *response.add_outcomes() = std::move(outcome);
  }
  response.mutable_decision()->set_verdict(verdict);
  return response;
}

}  // namespace

Text MakeText(const std::string& value) {
  Text text;
  text.set_value(value);
  return text;
}

Number MakeNumber(std::int64_t value) {
  Number number;
  number.set_value(value);
  return number;
}

Call<Text> TextCall(const std::string& request) {
  return Call<Text>("users", "/demo.Users/Name", MakeText(request));
}

Call<Number> NumberCall(std::int64_t request) {
  return Call<Number>("users", "/demo.Users/Age", MakeNumber(request));
}

v1::Outcome Succeeded(const google::protobuf::MessageLite& reply) {
  return SucceededWithBytes(reply.SerializeAsString());
}

v1::Outcome SucceededWithBytes(const std::string& bytes) {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_SUCCEEDED);
  outcome.set_delivery(v1::DELIVERY_ANSWERED);
  outcome.set_response(bytes);
  return outcome;
}

v1::Outcome Failed(int code, const std::string& message) {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_FAILED);
  outcome.mutable_status()->set_code(code);
  outcome.mutable_status()->set_message(message);
  outcome.set_origin(v1::ORIGIN_BACKEND);
  outcome.set_delivery(v1::DELIVERY_ANSWERED);
  return outcome;
}

v1::Outcome CancelledBy(std::uint32_t sibling) {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_CANCELLED);
  outcome.mutable_status()->set_code(1);
  outcome.set_cause(v1::CAUSE_SIBLING_FAILED);
  outcome.set_caused_by(sibling);
  outcome.set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome.set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
  return outcome;
}

v1::Outcome EndedByDecision(std::uint32_t decider) {
  v1::Outcome outcome = CancelledBy(decider);
  outcome.set_cause(v1::CAUSE_DECIDED);
  return outcome;
}

v1::Outcome Detached() {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_DETACHED);
  outcome.set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
  return outcome;
}

v1::Outcome Streamed(const std::vector<Text>& replies) {
  v1::Outcome outcome = SucceededWithBytes("");
  for (const Text& reply : replies) outcome.add_responses(reply.SerializeAsString());
  return outcome;
}

v1::GatherResponse Satisfied(std::vector<v1::Outcome> outcomes) {
  return With(std::move(outcomes), v1::VERDICT_SATISFIED);
}

v1::GatherResponse SatisfiedBy(std::uint32_t index, std::vector<v1::Outcome> outcomes) {
  v1::GatherResponse response = Satisfied(std::move(outcomes));
  response.mutable_decision()->set_decided_by(index);
  return response;
}

v1::GatherResponse FailedBy(std::uint32_t index, std::vector<v1::Outcome> outcomes) {
  v1::GatherResponse response = With(std::move(outcomes), v1::VERDICT_FAILED);
  response.mutable_decision()->set_decided_by(index);
  *response.mutable_decision()->mutable_status() =
      response.outcomes(static_cast<int>(index)).status();
  return response;
}

v1::GatherResponse Expired(std::vector<v1::Outcome> outcomes) {
  v1::GatherResponse response = With(std::move(outcomes), v1::VERDICT_DEADLINE_EXCEEDED);
  response.mutable_decision()->mutable_status()->set_code(4);
  response.mutable_decision()->mutable_status()->set_message("gather deadline passed");
  return response;
}

Connection::Response Respond(v1::GatherResponse response) {
  return std::make_unique<v1::GatherResponse>(std::move(response));
}

}  // namespace gather::test
