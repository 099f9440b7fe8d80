#ifndef GATHER_SERVER_COUNTERS_H_
#define GATHER_SERVER_COUNTERS_H_

#include "server/metrics/counter.h"

namespace gather::server {

// What a server has counted since it started, all its workers together.
struct Counters {
  SharedCounter reloads;            // configurations that were taken on while it ran
  SharedCounter refused_reloads;    // and those that did not validate
  SharedCounter detached_failures;  // that came after their gather was answered without them
  SharedCounter suppressed_lines;   // of the log, since there were too many of their kind
};

}  // namespace gather::server

#endif  // GATHER_SERVER_COUNTERS_H_
