#include "benchmarks/json.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace gather::benchmarks {

std::string JsonText(absl::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&json, "\\", absl::string_view(&c, 1));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", c);
    } else {
      json.push_back(c);
    }
  }
  json.push_back('"');
  return json;
}

std::string JsonNumber(std::optional<double> number) {
  if (!number.has_value() || !std::isfinite(*number)) return "null";
  return absl::StrFormat("%.6g", *number);
}

JsonObject& JsonObject::Add(absl::string_view name, absl::string_view value) {
  members_.push_back(absl::StrCat(JsonText(name), ": ", value));
  return *this;
}

std::string JsonObject::ToString() const {
  return absl::StrCat("{", absl::StrJoin(members_, ", "), "}");
}

std::string JsonLines(const std::vector<std::string>& elements) {
  return absl::StrCat("[\n  ", absl::StrJoin(elements, ",\n  "), "\n]");
}

}  // namespace gather::benchmarks
