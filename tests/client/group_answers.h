#ifndef GATHER_TESTS_CLIENT_GROUP_ANSWERS_H_
#define GATHER_TESTS_CLIENT_GROUP_ANSWERS_H_

#include <cstdint>
#include <string>

#include "gather/testing/scripted_connection.h"
#include "gather/v1/gather.pb.h"

// What an engine would answer in a group, for tests that script it.
namespace gather::test {

// The outcome in its place.
v1::Outcome At(std::uint32_t index, v1::Outcome outcome);

v1::Outcome Rejected(int code, const std::string& message);
v1::Outcome EndedEarly();

// Summaries of a group with that decision. Counts are up to the test.
v1::Summary SatisfiedSummary();
v1::Summary SatisfiedSummary(std::uint32_t decided_by);
v1::Summary FailedSummary(std::uint32_t decided_by, int code, const std::string& message);
v1::Summary ExpiredSummary();
v1::Summary ShutDownSummary();

// Serves every group from now on: each sub-call's reply is its request, and a group is satisfied
// when it is joined and nothing is open.
void Echo(testing::ScriptedConnection* script);

}  // namespace gather::test

#endif  // GATHER_TESTS_CLIENT_GROUP_ANSWERS_H_
