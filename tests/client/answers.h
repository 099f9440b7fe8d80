#ifndef GATHER_TESTS_CLIENT_ANSWERS_H_
#define GATHER_TESTS_CLIENT_ANSWERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gather/call.h"
#include "gather/connection.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/wrappers.pb.h"

// What an engine would answer, for tests that script it.
namespace gather::test {

using Text = google::protobuf::StringValue;
using Number = google::protobuf::Int64Value;

Text MakeText(const std::string& value);
Number MakeNumber(std::int64_t value);

// Calls of target "users"; their replies are up to the test.
Call<Text> TextCall(const std::string& request = "");
Call<Number> NumberCall(std::int64_t request = 0);

v1::Outcome Succeeded(const google::protobuf::MessageLite& reply);
v1::Outcome SucceededWithBytes(const std::string& bytes);
v1::Outcome Failed(int code, const std::string& message);
v1::Outcome CancelledBy(std::uint32_t sibling);
v1::Outcome EndedByDecision(std::uint32_t decider);
v1::Outcome Detached();
v1::Outcome Streamed(const std::vector<Text>& replies);

// Responses with these outcomes in order, their index, id and count filled in.
v1::GatherResponse Satisfied(std::vector<v1::Outcome> outcomes);
v1::GatherResponse SatisfiedBy(std::uint32_t index, std::vector<v1::Outcome> outcomes);
v1::GatherResponse FailedBy(std::uint32_t index, std::vector<v1::Outcome> outcomes);
v1::GatherResponse Expired(std::vector<v1::Outcome> outcomes);

Connection::Response Respond(v1::GatherResponse response);

}  // namespace gather::test

#endif  // GATHER_TESTS_CLIENT_ANSWERS_H_
