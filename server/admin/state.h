#ifndef GATHER_SERVER_ADMIN_STATE_H_
#define GATHER_SERVER_ADMIN_STATE_H_

#include <string>

#include "gather/admin/v1/state.pb.h"
#include "server/admin/server_view.h"

namespace gather::server {

// What the server is doing now. Blocks for a second when a worker is too busy to answer.
admin::v1::State StateOf(const ServerView& view);

// As /debug/state shows it.
std::string ToJson(const admin::v1::State& state);

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_STATE_H_
