#ifndef BENCHMARKS_JSON_H_
#define BENCHMARKS_JSON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gather::benchmarks {

// A string of JSON: in quotes, with everything escaped that must be.
std::string JsonText(absl::string_view text);

// A number of JSON; `null` for what there is none of, or no finite one.
std::string JsonNumber(std::optional<double> number);

// An object of JSON, member by member.
//
//   JsonObject().Add("door", JsonText(door)).Add("pairs", JsonNumber(7)).ToString()
class JsonObject {
 public:
  // `value` is JSON itself.
  JsonObject& Add(absl::string_view name, absl::string_view value);

  std::string ToString() const;

 private:
  std::vector<std::string> members_;
};

// An array of JSON, each element, itself JSON, on a line of its own.
std::string JsonLines(const std::vector<std::string>& elements);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_JSON_H_
