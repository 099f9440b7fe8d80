#ifndef GATHER_TESTS_CONFORMANCE_REPORTED_H_
#define GATHER_TESTS_CONFORMANCE_REPORTED_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "google/protobuf/struct.pb.h"
#include "tests/conformance/case.pb.h"
#include "tests/conformance/described.h"

// What the C++ client gave its user, in the words of a report.
namespace gather::conformance {

Status ReportOf(const absl::Status& status);

google::protobuf::Value ReportOf(const Text& reply);
google::protobuf::Value ReportOf(const std::vector<Text>& replies);
google::protobuf::Value ReportOf(const std::optional<Text>& reply);

// Everything but the reply.
Slot FactsOf(const OutcomeFacts& outcome);

template <typename Reply>
Slot ReportOf(const Outcome<Reply>& outcome) {
  Slot slot = FactsOf(outcome);
  if (outcome.ok()) *slot.mutable_reply() = ReportOf(*outcome);
  return slot;
}

template <typename Reply>
void AddWinner(const gather::Winner<Reply>& winner, Report* report) {
  Winner* added = report->add_winners();
  added->set_index(static_cast<int>(winner.index));
  *added->mutable_reply() = ReportOf(winner.value);
}

// Verdict and deciding sub-call.
void SetDecision(const Summary& summary, Report* report);

}  // namespace gather::conformance

#endif  // GATHER_TESTS_CONFORMANCE_REPORTED_H_
