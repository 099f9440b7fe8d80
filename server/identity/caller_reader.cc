#include "server/identity/caller_reader.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "engine/caller_metadata.h"
#include "server/caller_deadline.h"
#include "server/identity/shown_identity.h"
#include "server/log.h"

namespace gather::server {
namespace {

// The same for all that are refused: what was wrong is for the server's log alone.
engine::Refusal NoIdentity() {
  return {static_cast<int>(grpc::StatusCode::UNAUTHENTICATED),
          "NO_IDENTITY",
          "no identity, or none that is accepted here",
          {}};
}

}  // namespace

std::variant<engine::Caller, engine::Refusal> CallerReader::Read(const grpc::ServerContext& rpc,
                                                                 const std::string& gather_id,
                                                                 engine::Time now) {
  engine::Caller caller{gather_id, CallerDeadline(rpc.raw_deadline(), now)};
  if (!authenticator_.asks()) {
    caller.principal = authenticator_.Everybody();
  } else {
    auto identified = authenticator_.Identify(ReadIdentity(rpc), absl::Now());
    if (const auto* stranger = std::get_if<Authenticator::Stranger>(&identified)) {
      LogStranger(rpc, gather_id, *stranger, now);
      return NoIdentity();
    }
    caller.principal = std::get<Authenticator::PrincipalPtr>(std::move(identified));
  }
  engine::CallerMetadata metadata;
  for (const auto& [key, value] : rpc.client_metadata()) {
    metadata.Add({key.data(), key.size()}, {value.data(), value.size()});
  }
  metadata.GiveTo(&caller);
  return caller;
}

void CallerReader::LogStranger(const grpc::ServerContext& rpc, const std::string& gather_id,
                               const Authenticator::Stranger& stranger, engine::Time now) {
  const auto suppressed = lines_.Take(now);
  if (!suppressed) return CountLineLeftOut();
  std::vector<LogField> fields = {
      {"gather_id", gather_id}, {"peer", rpc.peer()}, {"problem", stranger.problem}};
  if (!stranger.names.empty()) fields.emplace_back("san", stranger.names);
  if (!stranger.token_digits.empty()) fields.emplace_back("token_sha256", stranger.token_digits);
  if (*suppressed > 0) fields.emplace_back("suppressed", *suppressed);
  Log(LogLevel::kWarning, "no_identity", fields);
}

}  // namespace gather::server
