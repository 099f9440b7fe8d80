#include "tests/e2e/door_test.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gather/v1/gather.pb.h"

namespace gather::test {
namespace {

constexpr char kNowhere[] = "127.0.0.1:1";

}  // namespace

Text MakeText(const std::string& value) {
  Text text;
  text.set_value(value);
  return text;
}

Behavior TextReply(const std::string& text) { return Reply(MakeText(text).SerializeAsString()); }

Behavior NoMessage() {
  Behavior behavior;
  behavior.messages = 0;
  return behavior;
}

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  v1::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return "";
  return info.reason();
}

DoorTest::DoorTest()
    : backend_([this](const ReceivedCall& call) {
        const std::lock_guard lock(mutex_);
        const auto found = behaviors_.find(call.method);
        return found == behaviors_.end() ? Echo(call) : found->second;
      }) {
  if (GetParam() == Door::kRemote) {
    gatherd_.emplace(std::vector<std::string>{
        absl::StrCat("--targets=users=", backend_.address(), ",nowhere=", kNowhere)});
    client_ = Client::Connect(gatherd_->address());
  } else {
    EmbeddedOptions options;
    options.targets = {{"users", backend_.address()}, {"nowhere", kNowhere}};
    client_ = *Client::Embedded(options);
  }
}

DoorTest::~DoorTest() = default;

void DoorTest::Answer(const std::string& method, Behavior behavior) {
  const std::lock_guard lock(mutex_);
  behaviors_[Path(method)] = std::move(behavior);
}

bool DoorTest::WaitForAnswers(std::size_t count) {
  // What is sent now comes back on the same connection, after the answers.
  return backend_.WaitForEnds(count) &&
         Gather(*client_, Call<Text>("users", "/test.Control/Sync", Text())).ok();
}

Call<Text> DoorTest::CallTo(const std::string& method, const std::string& request) {
  return Call<Text>("users", Path(method), MakeText(request));
}

std::vector<Call<Text>> DoorTest::CallsTo(const std::string& method, std::size_t count) {
  std::vector<Call<Text>> calls;
  for (std::size_t i = 0; i < count; ++i) calls.push_back(CallTo(method, absl::StrCat(i)));
  return calls;
}

std::vector<std::string> DoorTest::MethodsSeen() const {
  std::vector<std::string> methods;
  for (const CallRecord& record : backend_.records()) {
    methods.push_back(record.call.method.substr(Path("").size()));
  }
  return methods;
}

std::vector<std::string> DoorTest::RequestsSeen() const {
  std::vector<std::string> requests;
  for (const CallRecord& record : backend_.records()) {
    Text text;
    text.ParseFromString(record.call.request);
    requests.push_back(text.value());
  }
  return requests;
}

}  // namespace gather::test
