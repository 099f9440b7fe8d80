#include "tests/engine/answers.h"

#include <memory>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/plan.h"
#include "engine/target.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

// Plans point into the table, so it lives as long as the program.
const TargetTable& Targets() {
  static const TargetTable& targets = *new TargetTable(*TargetTable::Create({{"users", "h:1"}}));
  return targets;
}

template <typename Message>
Message DetailIn(const std::string& details, const std::string& type_url) {
  v1::Status status;
  EXPECT_TRUE(status.ParseFromString(details));
  Message message;
  for (const auto& detail : status.details()) {
    if (detail.type_url() == type_url) {
      EXPECT_TRUE(message.ParseFromString(detail.value()));
    }
  }
  return message;
}

}  // namespace

Answer MakeAnswer(const std::string& text) {
  auto request = std::make_unique<v1::GatherRequest>();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
  Answer answer;
  answer.gather_id = "0123";
  answer.plan = std::get<Plan>(MakePlan(std::move(request), Targets(), PlanLimits()));
  answer.outcomes.resize(answer.plan.calls.size());
  for (Outcome& outcome : answer.outcomes) {
    outcome.disposition = v1::DISPOSITION_SUCCEEDED;
    outcome.delivery = v1::DELIVERY_ANSWERED;
  }
  answer.summary.set_gather_id("0123");
  return answer;
}

Answer MakeAnswer(std::size_t calls, const std::string& policy) {
  std::string text = absl::StrCat("policy { ", policy, " } ");
  for (std::size_t i = 0; i < calls; ++i) text += "calls {} ";
  return MakeAnswer(text + "defaults { target: 'users' method: '/demo.Users/Get' }");
}

void Fail(Answer* answer, std::uint32_t index, int code, const std::string& message) {
  Outcome& outcome = answer->outcomes.at(index);
  outcome.disposition = v1::DISPOSITION_FAILED;
  outcome.origin = v1::ORIGIN_BACKEND;
  outcome.status = std::make_unique<v1::Status>();
  outcome.status->set_code(code);
  outcome.status->set_message(message);
}

void Stop(Answer* answer, std::uint32_t index, v1::Disposition disposition, v1::Cause cause) {
  Outcome& outcome = answer->outcomes.at(index);
  outcome.disposition = disposition;
  outcome.cause = cause;
  outcome.origin = v1::ORIGIN_ORCHESTRATOR;
  outcome.delivery = disposition == v1::DISPOSITION_CANCELLED ? v1::DELIVERY_EFFECT_UNKNOWN
                                                              : v1::DELIVERY_NEVER_SENT;
  outcome.status = std::make_unique<v1::Status>();
  outcome.status->set_code(1);
}

void DecideFailed(Answer* answer, std::uint32_t index) {
  answer->decision.set_verdict(v1::VERDICT_FAILED);
  answer->decision.set_decided_by(index);
  answer->status_of = index;
  *answer->decision.mutable_status() = *answer->outcomes.at(index).status;
}

void Decide(Answer* answer, v1::Verdict verdict, int code) {
  answer->decision.set_verdict(verdict);
  answer->decision.mutable_status()->set_code(code);
}

v1::GatherFailure GatherFailureIn(const std::string& details) {
  return DetailIn<v1::GatherFailure>(details, "type.googleapis.com/gather.v1.GatherFailure");
}

v1::ErrorInfo ErrorInfoIn(const std::string& details) {
  return DetailIn<v1::ErrorInfo>(details, "type.googleapis.com/google.rpc.ErrorInfo");
}

}  // namespace gather::engine
