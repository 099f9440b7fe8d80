#ifndef GATHER_EXAMPLES_GROUP_STEPS_H_
#define GATHER_EXAMPLES_GROUP_STEPS_H_

#include "examples/checks.h"
#include "gather/gather_client.h"

// Steps of the demonstration, with groups to which sub-calls are added while they run.
namespace demo {

void GrowingGroup(const gather::Client& client, Checks* checks);
void EndedGroup(const gather::Client& client, Checks* checks);

}  // namespace demo

#endif  // GATHER_EXAMPLES_GROUP_STEPS_H_
