#include "tests/support/behavior.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gather::test {
namespace {

constexpr absl::string_view kTrailerPrefix = "x-test-trailer-";

int ToInt(const std::string& text) {
  int value = 0;
  return absl::SimpleAtoi(text, &value) ? value : 0;
}

std::string Describe(const ReceivedCall& call) {
  std::string text = absl::StrCat("method ", call.method, "\nauthority ", call.authority, "\n");
  if (call.deadline_left) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*call.deadline_left);
    absl::StrAppend(&text, "deadline_ms ", left.count(), "\n");
  }
  for (const auto& [key, value] : call.metadata) {
    absl::StrAppend(&text, "metadata ", key, " ", absl::BytesToHexString(value), "\n");
  }
  return text;
}

void Apply(const ReceivedCall& call, absl::string_view key, const std::string& value,
           Behavior* behavior) {
  if (key == "x-test-delay-ms") {
    behavior->delay = std::chrono::milliseconds(ToInt(value));
  } else if (key == "x-test-code") {
    behavior->code = ToInt(value);
  } else if (key == "x-test-message" || key == "x-test-message-bin") {
    behavior->message = value;
  } else if (key == "x-test-details-bin") {
    behavior->details = value;
  } else if (key == "x-test-reply-bytes") {
    behavior->reply = std::string(ToInt(value), 'x');
  } else if (key == "x-test-messages") {
    behavior->messages = ToInt(value);
  } else if (key == "x-test-numbered") {
    behavior->numbered = true;
  } else if (key == "x-test-stall") {
    behavior->stall = true;
  } else if (key == "x-test-hang") {
    behavior->hang = true;
  } else if (key == "x-test-describe") {
    behavior->reply = Describe(call);
  } else if (absl::StartsWith(key, kTrailerPrefix)) {
    behavior->trailers.emplace_back(std::string(key.substr(kTrailerPrefix.size())), value);
  }
}

}  // namespace

const std::string* FindMetadata(const ReceivedCall& call, const std::string& key) {
  for (const auto& [name, value] : call.metadata) {
    if (name == key) return &value;
  }
  return nullptr;
}

Behavior Echo(const ReceivedCall& call) { return Reply(call.request); }

Behavior Reply(std::string reply) {
  Behavior behavior;
  behavior.reply = std::move(reply);
  return behavior;
}

Behavior Fail(int code, std::string message) {
  Behavior behavior;
  behavior.messages = 0;
  behavior.code = code;
  behavior.message = std::move(message);
  return behavior;
}

Behavior Hang() {
  Behavior behavior;
  behavior.hang = true;
  return behavior;
}

Behavior FromMetadata(const ReceivedCall& call) {
  Behavior behavior = Echo(call);
  if (FindMetadata(call, "x-test-code") != nullptr) behavior.messages = 0;
  for (const auto& [key, value] : call.metadata) Apply(call, key, value, &behavior);
  return behavior;
}

}  // namespace gather::test
