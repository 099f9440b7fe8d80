#ifndef GATHER_TESTS_CLI_OUTCOMES_H_
#define GATHER_TESTS_CLI_OUTCOMES_H_

#include <string>

#include "cli/roster.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// From text format; fails the test where it is none.
v1::Outcome OutcomeOf(const std::string& text);
v1::GatherRequest RequestOf(const std::string& text);

// Of the calls of that request, without types.
Roster RosterOf(const std::string& request);

}  // namespace gather::cli

#endif  // GATHER_TESTS_CLI_OUTCOMES_H_
