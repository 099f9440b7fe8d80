#ifndef GATHER_TESTS_E2E_DOOR_TEST_H_
#define GATHER_TESTS_E2E_DOOR_TEST_H_

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gather/gather.h"
#include "google/protobuf/wrappers.pb.h"
#include "tests/e2e/gatherd_process.h"
#include "tests/support/behavior.h"
#include "tests/support/test_backend.h"

namespace gather::test {

// The two ways to an engine, which must mean the same.
enum class Door { kRemote, kEmbedded };

using Text = google::protobuf::StringValue;

Text MakeText(const std::string& value);

// What an engine is told beside its usual targets. What is not said is the engine's own default.
struct DoorSettings {
  std::vector<std::pair<std::string, std::string>> targets = {};  // more, and their addresses
  std::optional<std::uint32_t> max_detached = {};
  std::optional<absl::Duration> detached_timeout = {};
  // Of gatherd; an embedded engine drains nothing.
  std::optional<absl::Duration> drain_deadline = {};
};

// A call that failed after its gather had been answered without it, as the engine tells of it.
struct DetachedEnd {
  std::string gather_id;
  std::string id;
  int code = 0;
};

// One backend, target "users", and a client that comes to it through the door of the parameter;
// target "nowhere" is a port where nobody listens. Calls name methods by their last word; what the
// test has not said is answered with an echo.
//
//   class ShapeTest : public DoorTest {};
//   INSTANTIATE_TEST_SUITE_P(Doors, ShapeTest, BothDoors(), DoorName());
class DoorTest : public ::testing::TestWithParam<Door> {
 protected:
  explicit DoorTest(const DoorSettings& settings = DoorSettings());
  ~DoorTest() override;

  const Client& client() const { return *client_; }
  TestBackend& backend() { return *backend_; }

  // How calls of that method are answered from now on.
  void Answer(const std::string& method, Behavior behavior);

  // Calls of that method wait for Release().
  void Hold(const std::string& method) { backend_->Hold(Path(method)); }
  void Release(const std::string& method) { backend_->Release(Path(method)); }

  // Blocks until so many calls have ended and the engine has read their answers; false when that
  // does not come about. Not for what the backend did not answer.
  bool WaitForAnswers(std::size_t count);

  static Call<Text> CallTo(const std::string& method, const std::string& request = "");
  static std::vector<Call<Text>> CallsTo(const std::string& method, std::size_t count);

  // The methods and requests that the backend saw, in order of arrival.
  std::vector<std::string> MethodsSeen() const;
  std::vector<std::string> RequestsSeen() const;

  // Destroys the client, for what happens then.
  void EndClient() { client_.reset(); }

  // Ends the engine, gatherd or the embedded one: what it had detached is drained or cancelled.
  void EndEngine();

  // Ends the backend in the midst of its calls.
  void EndBackend() { backend_.reset(); }

  // What the process holds in memory that the engine is in.
  std::size_t MemoryKiB() const;

  // What the engine told of calls that failed after their gathers' answers; blocks until there are
  // so many, and gives fewer when that does not come about.
  std::vector<DetachedEnd> WaitForDetachedEnds(std::size_t count);

  static std::string Path(const std::string& method) { return "/test.Users/" + method; }

 private:
  Client MakeEmbedded(const DoorSettings& settings);

  std::mutex mutex_;
  std::condition_variable detached_end_came_;
  std::map<std::string, Behavior> behaviors_;
  std::vector<DetachedEnd> detached_ends_;  // of the embedded engine
  std::unique_ptr<TestBackend> backend_;
  std::optional<GatherdProcess> gatherd_;
  std::optional<Client> client_;
};

inline auto BothDoors() { return ::testing::Values(Door::kRemote, Door::kEmbedded); }

struct DoorName {
  std::string operator()(const ::testing::TestParamInfo<Door>& info) const {
    return info.param == Door::kRemote ? "Remote" : "Embedded";
  }
};

// A reply with that text.
Behavior TextReply(const std::string& text);

// OK without a message.
Behavior NoMessage();

// The reason of the status's ErrorInfo; empty without one.
std::string ReasonOf(const absl::Status& status);

// What each outcome is.
template <typename Outcomes>
std::vector<Disposition> DispositionsOf(const Outcomes& outcomes) {
  std::vector<Disposition> dispositions;
  for (const auto& outcome : outcomes) dispositions.push_back(outcome.disposition());
  return dispositions;
}

}  // namespace gather::test

#endif  // GATHER_TESTS_E2E_DOOR_TEST_H_
