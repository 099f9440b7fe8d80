#ifndef GATHER_CLI_JSON_PROBLEM_H_
#define GATHER_CLI_JSON_PROBLEM_H_

#include <string>

#include "google/protobuf/util/json_util.h"

namespace gather::cli {

// What protobuf says of JSON that it cannot read, on one line: its own has the place in a second
// one, and an arrow below.
std::string JsonProblem(const google::protobuf::util::Status& status);

}  // namespace gather::cli

#endif  // GATHER_CLI_JSON_PROBLEM_H_
