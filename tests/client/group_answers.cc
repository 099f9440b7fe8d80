#include "tests/client/group_answers.h"

#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"

namespace gather::test {
namespace {

using ::gather::testing::ScriptedGroup;

v1::Summary With(v1::Verdict verdict) {
  v1::Summary summary;
  summary.set_gather_id("c0ffee");
  summary.mutable_decision()->set_verdict(verdict);
  return summary;
}

// On the worker thread only.
class EchoServer {
 public:
  void Serve(const std::shared_ptr<ScriptedGroup>& group) {
    Progress& progress = groups_[group.get()];
    if (!std::exchange(progress.opened, true)) group->EmitOpened("c0ffee");
    const bool joined = group->joined();  // before what it must not overtake
    for (const v1::TaskGroupRequest& message : group->messages(progress.messages)) {
      ++progress.messages;
      if (!message.has_add()) continue;
      group->EmitOutcome(At(progress.adds++, SucceededWithBytes(message.add().request())));
    }
    if (!joined || group->ended()) return;
    group->EmitSummary(SatisfiedSummary());
    group->End(absl::OkStatus());
  }

 private:
  struct Progress {
    bool opened = false;
    std::size_t messages = 0;
    std::uint32_t adds = 0;
  };

  std::map<const ScriptedGroup*, Progress> groups_;
};

}  // namespace

v1::Outcome At(std::uint32_t index, v1::Outcome outcome) {
  outcome.set_index(index);
  outcome.set_id(absl::StrCat(index));
  return outcome;
}

v1::Outcome Rejected(int code, const std::string& message) {
  v1::Outcome outcome = Failed(code, message);
  outcome.set_disposition(v1::DISPOSITION_REJECTED);
  outcome.set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome.set_delivery(v1::DELIVERY_NEVER_SENT);
  return outcome;
}

v1::Outcome EndedEarly() {
  v1::Outcome outcome;
  outcome.set_disposition(v1::DISPOSITION_CANCELLED);
  outcome.set_cause(v1::CAUSE_GROUP_ENDED);
  outcome.mutable_status()->set_code(1);
  outcome.set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome.set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
  return outcome;
}

v1::Summary SatisfiedSummary() { return With(v1::VERDICT_SATISFIED); }

v1::Summary SatisfiedSummary(std::uint32_t decided_by) {
  v1::Summary summary = With(v1::VERDICT_SATISFIED);
  summary.mutable_decision()->set_decided_by(decided_by);
  return summary;
}

v1::Summary FailedSummary(std::uint32_t decided_by, int code, const std::string& message) {
  v1::Summary summary = With(v1::VERDICT_FAILED);
  summary.mutable_decision()->set_decided_by(decided_by);
  summary.mutable_decision()->mutable_status()->set_code(code);
  summary.mutable_decision()->mutable_status()->set_message(message);
  return summary;
}

v1::Summary ExpiredSummary() {
  v1::Summary summary = With(v1::VERDICT_DEADLINE_EXCEEDED);
  summary.mutable_decision()->mutable_status()->set_code(4);
  return summary;
}

v1::Summary ShutDownSummary() {
  v1::Summary summary = With(v1::VERDICT_CANCELLED);
  summary.mutable_decision()->mutable_status()->set_code(14);
  return summary;
}

void Echo(testing::ScriptedConnection* script) {
  auto server = std::make_shared<EchoServer>();
  script->ServeGroups(
      [server](const std::shared_ptr<ScriptedGroup>& group) { server->Serve(group); });
}

}  // namespace gather::test
