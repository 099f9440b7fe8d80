#ifndef GATHER_CLI_GATHERING_H_
#define GATHER_CLI_GATHERING_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/conclusion.h"
#include "cli/roster.h"
#include "cli/view.h"
#include "gather/gather_client.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// Runs one gather to its end and shows it. SIGINT or SIGTERM cancels it; what was finished is still
// shown. A server that has not answered 5 s after the request's timeout is given up.
Conclusion RunGather(const Client& client, v1::GatherRequest request,
                     std::vector<std::pair<std::string, std::string>> metadata,
                     const Roster& roster, const std::vector<std::unique_ptr<View>>& views);

}  // namespace gather::cli

#endif  // GATHER_CLI_GATHERING_H_
