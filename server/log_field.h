#ifndef GATHER_SERVER_LOG_FIELD_H_
#define GATHER_SERVER_LOG_FIELD_H_

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gather::server {

// One field of a log line: a text, a number, or a list of texts.
//
//   Log(LogLevel::kInfo, "reloaded", {{"version", 3}, {"file", path}});
class LogField {
 public:
  enum class Kind { kText, kNumber, kList };

  // `name` is a word of ours, and lives as long as the program.
  LogField(absl::string_view name, std::string text) : name_(name), texts_{std::move(text)} {}
  LogField(absl::string_view name, absl::string_view text) : LogField(name, std::string(text)) {}
  LogField(absl::string_view name, const char* text) : LogField(name, std::string(text)) {}

  template <typename Number, typename = std::enable_if_t<std::is_arithmetic_v<Number>>>
  LogField(absl::string_view name, Number number)
      : name_(name), kind_(Kind::kNumber), texts_{absl::StrCat(number)} {}

  LogField(absl::string_view name, std::vector<std::string> list)
      : name_(name), kind_(Kind::kList), texts_(std::move(list)) {}

  absl::string_view name() const { return name_; }
  Kind kind() const { return kind_; }

  // One, or those of a list.
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  absl::string_view name_;
  Kind kind_ = Kind::kText;
  std::vector<std::string> texts_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_LOG_FIELD_H_
