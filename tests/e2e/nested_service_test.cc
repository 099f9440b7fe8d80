#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/e2e/door_test.h"
#include "tests/e2e/gatherd_process.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"
#include "tests/support/test_backend.h"

// A target that is itself a gather service.
namespace gather::test {
namespace {

struct InnerService {
  TestBackend innermost;
  GatherdProcess inner{{absl::StrCat("--targets=users=", innermost.address())}};
};

class NestedServiceTest : private InnerService, public DoorTest {
 protected:
  NestedServiceTest() : DoorTest({.targets = {{"inner", inner.address()}}}) {}

  TestBackend& innermost_backend() { return innermost; }

  // A call that is a gather of calls to those methods of the innermost backend.
  static Call<v1::GatherResponse> GatherOf(const std::vector<std::string>& methods) {
    v1::GatherRequest request;
    for (const std::string& method : methods) {
      v1::SubCall* const call = request.add_calls();
      call->set_target("users");
      call->set_method(Path(method));
    }
    return Call<v1::GatherResponse>("inner", "/gather.v1.GatherService/Gather", request);
  }

  // Options of a gather that has come along that path.
  static Options Along(const std::string& path) {
    Options options;
    options.metadata = {{"gather-path", path}};
    return options;
  }

  // The path that a call to a gather service is sent with; here "inner" is no service but a record.
  std::string PathSentOn(const Options& options) {
    const auto call =
        Call<v1::GatherResponse>("users", "/gather.v1.GatherService/Gather", v1::GatherRequest());
    EXPECT_TRUE(Gather(client(), options, call).ok());
    const CallRecord record = backend().records().back();
    const std::string* const path = FindMetadata(record.call, "gather-path");
    return path == nullptr ? "none" : *path;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, NestedServiceTest, BothDoors(), DoorName());

// semantics 80
TEST_P(NestedServiceTest, AGatherOfGathersAnswersAsOne) {
  const auto result = Gather(client(), GatherOf({"A", "B"}), GatherOf({"C"}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).outcomes_size(), 2);
  EXPECT_EQ(std::get<1>(*result).outcomes_size(), 1);
  EXPECT_EQ(innermost_backend().counts().calls, 3);
}

// semantics 80
TEST_P(NestedServiceTest, TheOwnIdInThePathIsALoopAndNothingIsCalled) {
  const std::string path = PathSentOn(Options());
  const auto before = backend().counts().calls;
  const absl::Status status =
      Gather(client(), Along(absl::StrCat("a1,", path)), CallTo("Name")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(ReasonOf(status), "LOOP");
  EXPECT_EQ(status.message(),
            "gather-path: the request has come back to a gather service that it has passed "
            "through");
  EXPECT_EQ(backend().counts().calls, before);
}

// semantics 80
TEST_P(NestedServiceTest, MoreThanThreeHopsAreALoopAndNothingIsCalled) {
  EXPECT_TRUE(Gather(client(), Along("a1,b2,c3"), CallTo("Name")).ok());
  const absl::Status status = Gather(client(), Along("a1,b2,c3,d4"), CallTo("Name")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(ReasonOf(status), "LOOP");
  EXPECT_EQ(backend().counts().calls, 1);
}

// semantics 80
TEST_P(NestedServiceTest, ThePathGrowsByOneIdAndOnlyGatherServicesAreToldIt) {
  const std::string own = PathSentOn(Options());
  EXPECT_EQ(PathSentOn(Along("a1,b2")), absl::StrCat("a1,b2,", own));
  ASSERT_TRUE(Gather(client(), Along("a1"), CallTo("Name")).ok());
  const CallRecord record = backend().records().back();
  EXPECT_EQ(FindMetadata(record.call, "gather-path"), nullptr);
}

// semantics 80
TEST_P(NestedServiceTest, ALoopThatAnInnerServiceFindsFailsTheSlotThere) {
  const auto [good, bad] =
      GatherSettled(client(), Along("a1,b2,c3"), CallTo("Name"), GatherOf({"A"}));
  EXPECT_TRUE(good.ok()) << good.status();
  EXPECT_EQ(bad.disposition(), Disposition::kFailed);
  EXPECT_EQ(bad.origin(), Origin::kBackend);
  EXPECT_TRUE(absl::IsFailedPrecondition(bad.status())) << bad.status();
  EXPECT_EQ(ReasonOf(bad.status()), "LOOP");
  EXPECT_EQ(innermost_backend().counts().calls, 0);
}

// semantics 80
TEST_P(NestedServiceTest, AnInnerFailureKeepsItsPlace) {
  innermost_backend().SetResponder([](const ReceivedCall& call) {
    return call.method == Path("Bad") ? Fail(5, "no such user") : Echo(call);
  });
  const auto result = Gather(client(), CallTo("Name"), GatherOf({"A", "Bad"}).Id("page"));
  ASSERT_TRUE(absl::IsNotFound(result.status())) << result.status();
  EXPECT_EQ(result.status().message(),
            "sub-call 1 \"page\" (inner /gather.v1.GatherService/Gather): "
            "sub-call 1 \"1\" (users /test.Users/Bad): no such user");
  const Failures failures = Failures::From(result.status());
  ASSERT_FALSE(failures.empty());
  const auto inner =
      failures.first()->status.GetPayload("type.googleapis.com/gather.v1.GatherFailure");
  ASSERT_TRUE(inner.has_value());
  v1::GatherFailure failure;
  ASSERT_TRUE(failure.ParseFromString(std::string(*inner)));
  ASSERT_EQ(failure.failures_size(), 1);
  EXPECT_EQ(failure.failures(0).index(), 1u);
  EXPECT_EQ(failure.failures(0).status().message(), "no such user");
}

// semantics 80, 51
TEST_P(NestedServiceTest, AnOuterCancelReachesTheInnermostBackend) {
  innermost_backend().SetResponder([](const ReceivedCall&) { return Hang(); });
  auto future = AsyncGather(client(), GatherOf({"A", "B"}), GatherOf({"C"}));
  ASSERT_TRUE(innermost_backend().WaitForCalls(3));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  EXPECT_TRUE(innermost_backend().WaitForCancels(3));
  EXPECT_TRUE(innermost_backend().WaitForIdle());
}

}  // namespace
}  // namespace gather::test
