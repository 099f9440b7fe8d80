#ifndef GATHER_CLIENT_GATHER_H_
#define GATHER_CLIENT_GATHER_H_

// Structured concurrency for gRPC calls: everything a user of the client library needs.
//
//   gather::Client client = gather::Client::Connect("127.0.0.1:7000");
//   absl::StatusOr<std::tuple<demo::User, demo::Posts>> page = gather::Gather(
//       client,
//       gather::Call<demo::User>("users", "/demo.Users/GetUser", user_request),
//       gather::Call<demo::Posts>("posts", "/demo.Posts/List", posts_request));

#include "gather/as_completed.h"    // IWYU pragma: export
#include "gather/call.h"            // IWYU pragma: export
#include "gather/call_defaults.h"   // IWYU pragma: export
#include "gather/client_options.h"  // IWYU pragma: export
#include "gather/completion.h"      // IWYU pragma: export
#include "gather/completions.h"     // IWYU pragma: export
#include "gather/failures.h"        // IWYU pragma: export
#include "gather/future.h"          // IWYU pragma: export
#include "gather/gather_any.h"      // IWYU pragma: export
#include "gather/gather_client.h"   // IWYU pragma: export
#include "gather/gather_quorum.h"   // IWYU pragma: export
#include "gather/gather_race.h"     // IWYU pragma: export
#include "gather/gather_settled.h"  // IWYU pragma: export
#include "gather/gather_values.h"   // IWYU pragma: export
#include "gather/options.h"         // IWYU pragma: export
#include "gather/outcome.h"         // IWYU pragma: export
#include "gather/policy.h"          // IWYU pragma: export
#include "gather/settled.h"         // IWYU pragma: export
#include "gather/summary.h"         // IWYU pragma: export
#include "gather/task.h"            // IWYU pragma: export
#include "gather/task_group.h"      // IWYU pragma: export
#include "gather/wait.h"            // IWYU pragma: export
#include "gather/winner.h"          // IWYU pragma: export

#endif  // GATHER_CLIENT_GATHER_H_
