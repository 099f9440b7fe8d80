#include "tests/cli/outcomes.h"

#include <vector>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

}  // namespace

v1::Outcome OutcomeOf(const std::string& text) { return FromText<v1::Outcome>(text); }

v1::GatherRequest RequestOf(const std::string& text) { return FromText<v1::GatherRequest>(text); }

Roster RosterOf(const std::string& request) {
  const v1::GatherRequest parsed = RequestOf(request);
  return {parsed, std::vector<MethodTypes*>(static_cast<std::size_t>(parsed.calls_size()))};
}

}  // namespace gather::cli
