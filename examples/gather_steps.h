#ifndef GATHER_EXAMPLES_GATHER_STEPS_H_
#define GATHER_EXAMPLES_GATHER_STEPS_H_

#include <string>

#include "examples/checks.h"
#include "gather/gather_client.h"

// Steps of the demonstration: each gathers from the demo backends, shows what happened, and checks
// that it went as it should.
namespace demo {

// Through which `door`, is said in the title.
void GatherPage(const gather::Client& client, const std::string& door, Checks* checks);

void FailFast(const gather::Client& client, Checks* checks);
void Settled(const gather::Client& client, Checks* checks);
void Race(const gather::Client& client, Checks* checks);
void Deadline(const gather::Client& client, Checks* checks);
void Limit(const gather::Client& client, Checks* checks);

}  // namespace demo

#endif  // GATHER_EXAMPLES_GATHER_STEPS_H_
