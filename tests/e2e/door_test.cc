#include "tests/e2e/door_test.h"

#include <sys/types.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"

namespace gather::test {
namespace {

constexpr char kNowhere[] = "127.0.0.1:1";

std::vector<std::string> Flags(const DoorSettings& settings) {
  const auto target = [](std::string* out, const auto& named) {
    absl::StrAppend(out, named.first, "=", named.second);
  };
  std::vector<std::string> flags = {
      absl::StrCat("--targets=", absl::StrJoin(settings.targets, ",", target))};
  if (settings.max_detached)
    flags.push_back(absl::StrCat("--max_detached=", *settings.max_detached));
  const auto add = [&flags](absl::string_view name, std::optional<absl::Duration> value) {
    if (value) flags.push_back(absl::StrCat("--", name, "=", absl::FormatDuration(*value)));
  };
  add("detached_timeout", settings.detached_timeout);
  add("drain_deadline", settings.drain_deadline);
  return flags;
}

// A field of a line of gatherd's log.
std::string FieldOf(absl::string_view line, absl::string_view name) {
  for (const absl::string_view word : absl::StrSplit(line, ' ')) {
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (field.first == name) return std::string(field.second);
  }
  return "";
}

int CodeOf(absl::string_view line) {
  int code = 0;
  return absl::SimpleAtoi(FieldOf(line, "code"), &code) ? code : 0;
}

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

DoorTest::DoorTest(const DoorSettings& settings)
    : backend_(std::make_unique<TestBackend>([this](const ReceivedCall& call) {
        const std::lock_guard lock(mutex_);
        const auto found = behaviors_.find(call.method);
        return found == behaviors_.end() ? Echo(call) : found->second;
      })) {
  DoorSettings all = settings;
  all.targets.insert(all.targets.begin(), {{"users", backend_->address()}, {"nowhere", kNowhere}});
  if (GetParam() == Door::kRemote) {
    gatherd_.emplace(Flags(all));
    client_ = Client::Connect(gatherd_->address());
  } else {
    client_ = MakeEmbedded(all);
  }
}

DoorTest::~DoorTest() = default;

Client DoorTest::MakeEmbedded(const DoorSettings& settings) {
  EmbeddedOptions options;
  options.targets = settings.targets;
  options.max_detached = settings.max_detached.value_or(options.max_detached);
  options.detached_timeout = settings.detached_timeout.value_or(options.detached_timeout);
  options.on_detached_failure = [this](const DetachedFailure& failure) {
    const std::lock_guard lock(mutex_);
    detached_ends_.push_back({failure.gather_id, failure.id, failure.status.raw_code()});
    detached_end_came_.notify_all();
  };
  return *Client::Embedded(options);
}

void DoorTest::EndEngine() {
  if (GetParam() == Door::kRemote) {
    gatherd_.reset();
  } else {
    client_.reset();
  }
}

std::size_t DoorTest::MemoryKiB() const {
  const pid_t pid = gatherd_ ? gatherd_->pid() : getpid();
  std::ifstream statm(absl::StrCat("/proc/", pid, "/statm"));
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

std::vector<DetachedEnd> DoorTest::WaitForDetachedEnds(std::size_t count) {
  if (GetParam() == Door::kRemote) {
    std::vector<DetachedEnd> ends;
    for (const std::string& line : gatherd_->WaitForEvents("detached_failure", count)) {
      ends.push_back({FieldOf(line, "gather_id"), FieldOf(line, "id"), CodeOf(line)});
    }
    return ends;
  }
  std::unique_lock lock(mutex_);
  detached_end_came_.wait_for(lock, TestBackend::kPatience,
                              [&] { return detached_ends_.size() >= count; });
  return detached_ends_;
}

void DoorTest::Answer(const std::string& method, Behavior behavior) {
  const std::lock_guard lock(mutex_);
  behaviors_[Path(method)] = std::move(behavior);
}

bool DoorTest::WaitForAnswers(std::size_t count) {
  // What is sent now comes back on the same connection, after the answers.
  return backend_->WaitForEnds(count) &&
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
  for (const CallRecord& record : backend_->records()) {
    methods.push_back(record.call.method.substr(Path("").size()));
  }
  return methods;
}

std::vector<std::string> DoorTest::RequestsSeen() const {
  std::vector<std::string> requests;
  for (const CallRecord& record : backend_->records()) {
    Text text;
    text.ParseFromString(record.call.request);
    requests.push_back(text.value());
  }
  return requests;
}

}  // namespace gather::test
