#ifndef GATHER_CLI_FLAG_VALUES_H_
#define GATHER_CLI_FLAG_VALUES_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/duration.pb.h"

namespace gather::cli {

// Readers of what stands behind a flag's "=". Each says what would have been right.

absl::Status WrongValue(absl::string_view value, absl::string_view wanted);

absl::StatusOr<std::uint32_t> ReadNumber(absl::string_view text);

absl::Status ReadTimeout(absl::string_view text, google::protobuf::Duration* duration);

// "collect", "fail_fast" …, in any case.
absl::StatusOr<v1::Mode> ReadMode(absl::string_view text);

// NAME=TEXT.
absl::StatusOr<std::pair<std::string, std::string>> ReadNamed(absl::string_view text,
                                                              absl::string_view wanted);

// KEY=VALUE of gRPC metadata; the value of a key that ends in "-bin" is base64.
absl::StatusOr<std::pair<std::string, std::string>> ReadMetadata(absl::string_view text);

// "NOT_FOUND,UNAVAILABLE": appends the codes.
absl::Status ReadCodes(absl::string_view text, v1::Fallback* fallback);

}  // namespace gather::cli

#endif  // GATHER_CLI_FLAG_VALUES_H_
