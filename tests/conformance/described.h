#ifndef GATHER_TESTS_CONFORMANCE_DESCRIBED_H_
#define GATHER_TESTS_CONFORMANCE_DESCRIBED_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "google/protobuf/wrappers.pb.h"
#include "tests/conformance/case.pb.h"

// What a case describes, in the words of the C++ client. The program ends where a case says what
// there is not.
namespace gather::conformance {

using Text = google::protobuf::StringValue;

// A sub-call as the case describes it, in the form that its reply has.
using AnyCall = std::variant<gather::Call<Text>, gather::Call<std::optional<Text>>,
                             gather::Call<std::vector<Text>>>;

AnyCall Describe(const Call& call);

// All of them, those that are repeated as often as they are.
std::vector<AnyCall> DescribeAll(const Case& played);

gather::Options Describe(const Options& options);

// "NOT_FOUND" …
absl::StatusCode ToCode(const std::string& name);

}  // namespace gather::conformance

#endif  // GATHER_TESTS_CONFORMANCE_DESCRIBED_H_
