#include "server/log_line.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/utf8.h"

namespace gather::server {
namespace {

constexpr absl::string_view kNames[] = {"debug", "info", "warning", "error"};

absl::string_view NameOf(LogLevel level) { return kNames[static_cast<int>(level)]; }

bool IsPlain(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view(".:/_+-").find(c) != absl::string_view::npos;
}

std::string AsText(const LogField& field) {
  std::string value = absl::StrJoin(field.texts(), "; ");
  if (!value.empty() && std::all_of(value.begin(), value.end(), IsPlain)) return value;
  return absl::StrCat("\"", absl::CHexEscape(value), "\"");
}

std::string JsonString(absl::string_view value) {
  std::string text = "\"";
  for (const char c : engine::ValidUtf8(value, value.size())) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&text, "\\", absl::string_view(&c, 1));
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppendFormat(&text, "\\u%04x", c);
    } else {
      text.push_back(c);
    }
  }
  text.push_back('"');
  return text;
}

std::string AsJson(const LogField& field) {
  if (field.kind() == LogField::Kind::kNumber) return field.texts().front();
  if (field.kind() == LogField::Kind::kText) return JsonString(field.texts().front());
  return absl::StrCat("[",
                      absl::StrJoin(field.texts(), ",",
                                    [](std::string* out, const std::string& text) {
                                      absl::StrAppend(out, JsonString(text));
                                    }),
                      "]");
}

std::string JsonLine(absl::string_view time, LogLevel level, absl::string_view event,
                     const std::vector<LogField>& fields) {
  std::string line = absl::StrCat("{\"time\":\"", time, "\",\"level\":\"", NameOf(level),
                                  "\",\"event\":\"", event, "\"");
  for (const LogField& field : fields) {
    absl::StrAppend(&line, ",\"", field.name(), "\":", AsJson(field));
  }
  line.push_back('}');
  return line;
}

}  // namespace

bool ParseLogLevel(absl::string_view text, LogLevel* level) {
  const auto* const found = std::find(std::begin(kNames), std::end(kNames), text);
  if (found == std::end(kNames)) return false;
  *level = static_cast<LogLevel>(found - std::begin(kNames));
  return true;
}

std::string LogLine(LogFormat format, absl::string_view time, LogLevel level,
                    absl::string_view event, const std::vector<LogField>& fields) {
  return format == LogFormat::kJson ? JsonLine(time, level, event, fields)
                                    : LogLine(time, level, event, fields);
}

std::string LogLine(absl::string_view time, LogLevel level, absl::string_view event,
                    const std::vector<LogField>& fields) {
  std::string line = absl::StrCat(time, " ", NameOf(level), " ", event);
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", field.name(), "=", AsText(field));
  }
  return line;
}

}  // namespace gather::server
