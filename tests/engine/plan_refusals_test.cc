// One row for each way in which a request is refused: code, reason, message.

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/plan.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

constexpr int kInvalidArgument = 3;
constexpr int kNotFound = 5;
constexpr int kUnimplemented = 12;

struct Row {
  std::string name;
  std::string request;
  int code;
  std::string reason;
  std::string message;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

// A call that nothing is wrong with except what `fields` add.
std::string Call(const std::string& fields) {
  return absl::StrCat("calls { target: 'users' method: '/S/M' ", fields, " } ");
}

std::string Method(const std::string& method) {
  return absl::StrCat("calls { target: 'users' method: '", method, "' }");
}

std::string Target(const std::string& target) {
  return absl::StrCat("calls { target: '", target, "' method: '/S/M' }");
}

std::string Meta(const std::string& key, const std::string& value = "v") {
  return Call(absl::StrCat("metadata { key: '", key, "' value: '", value, "' }"));
}

std::string Times(int n, const std::string& text) {
  std::string all;
  for (int i = 0; i < n; ++i) all += text;
  return all;
}

std::variant<Plan, Refusal> PlanOf(const std::string& text) {
  static const TargetTable& targets = *new TargetTable(*TargetTable::Create({{"users", "h:1"}}));
  PlanLimits limits;
  limits.max_calls = 4;
  auto request = std::make_unique<v1::GatherRequest>();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
  return MakePlan(std::move(request), targets, limits);
}

class PlanRefusalTest : public ::testing::TestWithParam<Row> {};

TEST_P(PlanRefusalTest, SaysWhatIsWrong) {
  const Row& row = GetParam();
  const auto plan = PlanOf(row.request);
  const Refusal* refusal = std::get_if<Refusal>(&plan);
  ASSERT_NE(refusal, nullptr) << row.request;
  EXPECT_EQ(refusal->code, row.code);
  EXPECT_EQ(refusal->reason, row.reason);
  EXPECT_EQ(refusal->message, row.message);
  const auto field = refusal->metadata.find("field");
  ASSERT_NE(field, refusal->metadata.end());
  EXPECT_EQ(row.message.find(field->second + ": "), 0u) << field->second;
}

std::string NameOf(const ::testing::TestParamInfo<Row>& info) { return info.param.name; }

Row Bad(const std::string& name, const std::string& request, const std::string& reason,
        const std::string& message) {
  return {name, request, kInvalidArgument, reason, message};
}

Row NotYet(const std::string& name, const std::string& request, const std::string& message) {
  return {name, request, kUnimplemented, "NOT_YET", message + " not served by this version"};
}

INSTANTIATE_TEST_SUITE_P(
    Request, PlanRefusalTest,
    ::testing::Values(
        Bad("TooManyCalls", Times(5, Call("")), "TOO_MANY_CALLS", "calls: 5 sub-calls, at most 4"),
        Bad("LongLabel", "label: '" + std::string(257, 'x') + "'", "BAD_LABEL",
            "label: 257 bytes, at most 256"),
        Bad("UnprintableLabel", "label: 'a\\nb'", "BAD_LABEL",
            "label: only printable ASCII characters are allowed"),
        Bad("DefaultId", "defaults { id: 'x' }", "BAD_DEFAULTS",
            "defaults.id: an id belongs to one sub-call and has no default"),
        Bad("ZeroTimeout", "timeout {}", "BAD_TIMEOUT", "timeout: zero; must be above zero"),
        Bad("NegativeTimeout", "timeout { seconds: -1 }", "BAD_TIMEOUT",
            "timeout: negative; must be above zero"),
        Bad("NegativeNanos", "timeout { nanos: -1 }", "BAD_TIMEOUT",
            "timeout: negative; must be above zero"),
        Bad("NanosOutOfRange", "timeout { nanos: 1000000000 }", "BAD_TIMEOUT",
            "timeout: malformed, nanos out of range; must be above zero"),
        Bad("NanosBelowRange", "timeout { nanos: -1000000000 }", "BAD_TIMEOUT",
            "timeout: malformed, nanos out of range; must be above zero"),
        Bad("SignsDiffer", "timeout { seconds: 1 nanos: -1 }", "BAD_TIMEOUT",
            "timeout: malformed, seconds and nanos differ in sign; must be above zero"),
        Bad("TimeoutOverflows", "timeout { seconds: 315576000001 }", "BAD_TIMEOUT",
            "timeout: overflows, a Duration has at most 315576000000 s; must be above zero"),
        Bad("TimeoutOverflows64Bits", "timeout { seconds: 9223372036854775807 nanos: 999999999 }",
            "BAD_TIMEOUT",
            "timeout: overflows, a Duration has at most 315576000000 s; must be above zero")),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Policy, PlanRefusalTest,
    ::testing::Values(
        Bad("MinSuccessesOutsideQuorum", "policy { mode: MODE_COLLECT min_successes: 1 }",
            "BAD_POLICY", "policy.min_successes: only QUORUM takes it"),
        Bad("MaxFailuresOutsideCollect", "policy { max_failures: 0 }", "BAD_POLICY",
            "policy.max_failures: only COLLECT takes it"),
        Bad("MaxFailuresInAny", "policy { mode: MODE_ANY max_failures: 1 }", "BAD_POLICY",
            "policy.max_failures: only COLLECT takes it"),
        Bad("QuorumOfNone", Call("") + "policy { mode: MODE_QUORUM }", "BAD_POLICY",
            "policy.min_successes: QUORUM needs at least 1"),
        Bad("QuorumOfMoreThanCount",
            Call("") + Call("requirement: REQUIREMENT_OPTIONAL") +
                "policy { mode: MODE_QUORUM min_successes: 2 }",
            "BAD_POLICY",
            "policy.min_successes: 2 successes of 1 sub-calls that count (are not OPTIONAL)"),
        Bad("EmptyAny", "policy { mode: MODE_ANY }", "BAD_POLICY",
            "policy.mode: MODE_ANY needs a sub-call that counts (is not OPTIONAL)"),
        Bad("RaceWhereNoneCounts",
            Call("requirement: REQUIREMENT_OPTIONAL") + "policy { mode: MODE_RACE }", "BAD_POLICY",
            "policy.mode: MODE_RACE needs a sub-call that counts (is not OPTIONAL)")),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Identity, PlanRefusalTest,
    ::testing::Values(
        Bad("DuplicateId", Call("id: 'a'") + Call("id: 'b'") + Call("id: 'a'"), "DUPLICATE_ID",
            "calls[2].id: \"a\" is the id of calls[0], too"),
        Bad("IdOfAnotherIndex", Call("id: '1'") + Call(""), "BAD_ID",
            "calls[0].id: \"1\" is all digits but not the call's index"),
        Bad("IdWithLeadingZeros", Call("id: '00'"), "BAD_ID",
            "calls[0].id: \"00\" is all digits but not the call's index"),
        Bad("LongId", Call("") + Call("id: '" + std::string(129, 'i') + "'"), "BAD_ID",
            "calls[1].id: 129 bytes, at most 128"),
        Bad("UnprintableId", Call("id: 'a\\tb'"), "BAD_ID",
            "calls[0].id: only printable ASCII characters are allowed"),
        Bad("NonAsciiId", Call("id: '\\303\\251'"), "BAD_ID",
            "calls[0].id: only printable ASCII characters are allowed"),
        Bad("EmptyMethod", "calls { target: 'users' }", "BAD_METHOD",
            "calls[0].method: \"\" is not /package.Service/Method"),
        Bad("MethodWithoutSlash", Method("S.M"), "BAD_METHOD",
            "calls[0].method: \"S.M\" is not /package.Service/Method"),
        Bad("MethodWithOneSlash", Method("/S"), "BAD_METHOD",
            "calls[0].method: \"/S\" is not /package.Service/Method"),
        Bad("MethodWithoutLeadingSlash", Method("S/M"), "BAD_METHOD",
            "calls[0].method: \"S/M\" is not /package.Service/Method"),
        Bad("MethodWithThreeSlashes", Method("/S/M/x"), "BAD_METHOD",
            "calls[0].method: \"/S/M/x\" is not /package.Service/Method"),
        Bad("MethodWithoutService", Method("//M"), "BAD_METHOD",
            "calls[0].method: \"//M\" is not /package.Service/Method"),
        Bad("MethodWithoutName", Method("/S/"), "BAD_METHOD",
            "calls[0].method: \"/S/\" is not /package.Service/Method"),
        Bad("MethodWithControl", Method("/S/M\\r\\n"), "BAD_METHOD",
            "calls[0].method: no spaces, control or non-ASCII characters are allowed"),
        Bad("MethodWithNonAscii", Method("/S/\\303\\251"), "BAD_METHOD",
            "calls[0].method: no spaces, control or non-ASCII characters are allowed"),
        Bad("MethodWithSpace", Method("/S/M x"), "BAD_METHOD",
            "calls[0].method: no spaces, control or non-ASCII characters are allowed"),
        Bad("LongMethod", Method("/S/" + std::string(1022, 'm')), "BAD_METHOD",
            "calls[0].method: 1025 bytes, at most 1024"),
        Bad("BadMethodAfterAGoodOne", Call("") + Method("x"), "BAD_METHOD",
            "calls[1].method: \"x\" is not /package.Service/Method")),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Target, PlanRefusalTest,
    ::testing::Values(
        Bad("EmptyTarget", "calls { method: '/S/M' }", "RAW_TARGET",
            "calls[0].target: empty; a target's name matches [A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
        Bad("AddressAsTarget", Target("host:1"), "RAW_TARGET",
            "calls[0].target: \"host:1\" is no name; a target's name matches "
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
        Bad("DnsAsTarget", Target("dns:///x"), "RAW_TARGET",
            "calls[0].target: \"dns:///x\" is no name; a target's name matches "
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
        Bad("SocketAsTarget", Target("unix:/x"), "RAW_TARGET",
            "calls[0].target: \"unix:/x\" is no name; a target's name matches "
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
        Bad("ControlInTarget", Target("a\\n"), "RAW_TARGET",
            "calls[0].target: \"a\\n\" is no name; a target's name matches "
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
        Row{"UnknownTarget", Call("") + Target("nobody"), kNotFound, "UNKNOWN_TARGET",
            "calls[1].target: no target \"nobody\""},
        Row{"UnknownTargetOfTheDefaults", "calls {} defaults { target: 'nobody' method: '/S/M' }",
            kNotFound, "UNKNOWN_TARGET", "calls[0].target: no target \"nobody\""},
        Row{"UnknownRequiredTarget",
            "policy { mode: MODE_COLLECT } calls { target: 'nobody' method: '/S/M' "
            "requirement: REQUIREMENT_REQUIRED }",
            kNotFound, "UNKNOWN_TARGET", "calls[0].target: no target \"nobody\""},
        Row{"UnknownTargetWithAFallbackForOthers",
            "calls { target: 'nobody' method: '/S/M' fallback { codes: 14 } }", kNotFound,
            "UNKNOWN_TARGET", "calls[0].target: no target \"nobody\""}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Settings, PlanRefusalTest,
    ::testing::Values(
        Bad("ZeroTimeoutOfACall", Call("timeout {}"), "BAD_TIMEOUT",
            "calls[0].timeout: zero; must be above zero"),
        Bad("BadTimeoutOfTheDefaults", Call("") + "defaults { timeout { seconds: -1 } }",
            "BAD_TIMEOUT", "calls[0].timeout: negative; must be above zero"),
        Bad("FallbackForOk", Call("fallback { codes: 0 }"), "BAD_POLICY",
            "calls[0].fallback.codes: 0 is no code of a failure; those are 1 to 16"),
        Bad("FallbackForAnUnknownCode", Call("fallback { codes: 5 codes: 17 }"), "BAD_POLICY",
            "calls[0].fallback.codes: 17 is no code of a failure; those are 1 to 16"),
        Bad("FallbackWithTooManyCodes", Call("fallback { " + Times(17, "codes: 5 ") + "}"),
            "BAD_POLICY", "calls[0].fallback.codes: 17 codes, at most 16"),
        NotYet("Retry", Call("retry {}"), "calls[0].retry: retries are"),
        NotYet("RetryOfTheDefaults", Call("") + "defaults { retry { max_attempts: 2 } }",
               "defaults.retry: retries are"),
        NotYet("Hedging", Call("") + Call("hedging {}"), "calls[1].hedging: hedging is"),
        NotYet("HedgingOfTheDefaults", Call("") + "defaults { hedging {} }",
               "defaults.hedging: hedging is"),
        NotYet("HedgingOfTheDefaultsOfNoCall", "defaults { hedging {} }",
               "defaults.hedging: hedging is")),
    NameOf);

Row Reserved(const std::string& name, const std::string& key) {
  return Bad("Reserved" + name, Meta(key), "BAD_METADATA",
             absl::StrCat("calls[0].metadata: key \"", key, "\" is reserved"));
}

Row BadValue(const std::string& name, const std::string& value) {
  return Bad(name, Meta("k", value), "BAD_METADATA",
             "calls[0].metadata: the value of \"k\" is not printable ASCII; other bytes need a key "
             "that ends in -bin");
}

INSTANTIATE_TEST_SUITE_P(
    Metadata, PlanRefusalTest,
    ::testing::Values(
        Bad("EmptyKey", Meta(""), "BAD_METADATA", "calls[0].metadata: an empty key"),
        Bad("UpperCaseKey", Meta("Key"), "BAD_METADATA",
            "calls[0].metadata: key \"Key\" has characters other than [a-z0-9_.-]"),
        Bad("KeyWithSpace", Meta("a b"), "BAD_METADATA",
            "calls[0].metadata: key \"a b\" has characters other than [a-z0-9_.-]"),
        Reserved("Grpc", "grpc-timeout"), Reserved("Gather", "gather-path"),
        Reserved("Pseudo", ":path"), Reserved("Te", "te"), Reserved("ContentType", "content-type"),
        Reserved("UserAgent", "user-agent"), Reserved("Connection", "connection"),
        Reserved("Host", "host"), BadValue("ValueWithCr", "a\\r"), BadValue("ValueWithLf", "a\\n"),
        BadValue("ValueWithNul", "a\\000"), BadValue("NonAsciiValue", "\\303\\251"),
        Bad("BadEntryOfTheDefaults", Call("") + "defaults { metadata { key: 'A' } }",
            "BAD_METADATA", "calls[0].metadata: key \"A\" has characters other than [a-z0-9_.-]"),
        Bad("TooManyEntries", Call(Times(65, "metadata { key: 'k' } ")), "BAD_METADATA",
            "calls[0].metadata: 65 entries, the defaults' included; at most 64"),
        Bad("TooManyEntriesMerged",
            Call(Times(32, "metadata { key: 'k' } ")) + "defaults { " +
                Times(33, "metadata { key: 'd' } ") + "}",
            "BAD_METADATA", "calls[0].metadata: 65 entries, the defaults' included; at most 64"),
        Bad("TooManyDefaults", Call("") + "defaults { " + Times(65, "metadata { key: 'd' } ") + "}",
            "BAD_METADATA", "calls[0].metadata: 65 entries, the defaults' included; at most 64"),
        Bad("TooManyBytes", Meta("k", std::string(8192, 'v')), "BAD_METADATA",
            "calls[0].metadata: 8193 bytes, the defaults' included; at most 8192"),
        Bad("TooManyBytesMerged",
            Meta("k", std::string(4096, 'v')) + "defaults { metadata { key: 'd' value: '" +
                std::string(4096, 'v') + "' } }",
            "BAD_METADATA", "calls[0].metadata: 8194 bytes, the defaults' included; at most 8192")),
    NameOf);

// Text format knows no unknown enum values, the wire does.
TEST(PlanRefusalsTest, UnknownEnumValuesAreRefused) {
  const TargetTable targets = *TargetTable::Create({{"users", "h:1"}});
  const auto refusal_of = [&](const v1::GatherRequest& request) {
    auto plan = MakePlan(std::make_unique<v1::GatherRequest>(request), targets, PlanLimits());
    return std::get<Refusal>(std::move(plan));
  };
  v1::GatherRequest mode;
  mode.mutable_policy()->set_mode(static_cast<v1::Mode>(7));
  EXPECT_EQ(refusal_of(mode).message, "policy.mode: 7 is no mode");
  EXPECT_EQ(refusal_of(mode).reason, "BAD_POLICY");
  EXPECT_EQ(refusal_of(mode).code, kInvalidArgument);

  v1::GatherRequest delivery;
  delivery.mutable_policy()->set_error_delivery(static_cast<v1::ErrorDelivery>(3));
  EXPECT_EQ(refusal_of(delivery).message, "policy.error_delivery: 3 is no error delivery");
  EXPECT_EQ(refusal_of(delivery).reason, "BAD_POLICY");

  v1::GatherRequest requirement;
  v1::SubCall* call = requirement.add_calls();
  call->set_target("users");
  call->set_method("/S/M");
  call->set_requirement(static_cast<v1::Requirement>(3));
  EXPECT_EQ(refusal_of(requirement).message, "calls[0].requirement: 3 is no requirement");
  EXPECT_EQ(refusal_of(requirement).reason, "BAD_POLICY");
}

// semantics 4
TEST(PlanRefusalsTest, OneMalformedCallAmongGoodOnesRefusesAll) {
  const auto plan = PlanOf(Call("") + Call("") + Method("bad") + Call(""));
  const Refusal& refusal = std::get<Refusal>(plan);
  EXPECT_EQ(refusal.reason, "BAD_METHOD");
  EXPECT_EQ(refusal.metadata.at("field"), "calls[2].method");
  EXPECT_EQ(refusal.metadata.at("index"), "2");
}

TEST(PlanRefusalsTest, NamesTheLimitForPrograms) {
  const auto plan = PlanOf(Times(5, Call("")));
  const Refusal& refusal = std::get<Refusal>(plan);
  EXPECT_EQ(refusal.metadata.at("limit"), "4");
  EXPECT_EQ(refusal.metadata.count("index"), 0u);
}

}  // namespace
}  // namespace gather::engine
