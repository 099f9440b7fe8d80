#ifndef BENCHMARKS_PLACEMENT_H_
#define BENCHMARKS_PLACEMENT_H_

#include <string>

#include "benchmarks/processes.h"

namespace gather::benchmarks {

// On which cores the processes of a measurement run.
//
// When there is one call at a time, each process sleeps until its neighbour has written to it. The
// kernel wakes it on the neighbour's core or on another one, as it happens, mostly for a whole run;
// and to wake another core takes longer than all that is done for the call. So a direct call is 28
// us or 77 us on the same machine, and a ratio to it says nothing. Processes that are neighbours on
// the way of a call are therefore kept on different cores, as on different machines.

// Keeps the client of `door`, the gatherd that it uses and the backend apart, each on one core, and
// on another than the next. No effect where there is one core.
void KeepNeighboursApart(const Processes& processes, const std::string& door);

// Undoes that.
void LetRunAnywhere(const Processes& processes);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_PLACEMENT_H_
