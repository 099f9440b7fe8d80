#ifndef GATHER_SERVER_AUDIT_LOG_H_
#define GATHER_SERVER_AUDIT_LOG_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "engine/run_settings.h"
#include "server/call_tally.h"
#include "server/log_field.h"

namespace gather::server {

// A request, as far as it is known who sent it.
struct Asked {
  absl::string_view gather_id;
  absl::string_view principal;  // empty: not known
  absl::string_view rpc;
};

// Writes one line, event `audit`, for each gather of a worker when it is answered, and for each
// request that is refused: who asked, for which targets and methods, and what came of it. No
// payloads, no metadata, no messages of backends. Not thread-safe.
class AuditLog {
 public:
  // Of a gather whose outcomes are streamed. Each is answered some day.
  void OnOutcome(const engine::RunSettings& gather, const engine::PlannedCall& call,
                 const engine::Outcome& outcome);

  void OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer);

  // Nothing is to be written any more, or for a while: what is known of gathers that run is
  // dropped, since their answers will not be told.
  void Forget() { streamed_.clear(); }

  // Of how many gathers there is something that their lines will say.
  std::size_t begun() const { return streamed_.size(); }
  void OnRefused(const Asked& asked, const engine::Refusal& refusal);

 private:
  absl::flat_hash_map<const engine::RunSettings*, CallTally> streamed_;
};

// The fields of these lines.
std::vector<LogField> AuditFields(const engine::RunSettings& gather, const engine::Answer& answer,
                                  const CallTally& calls);
std::vector<LogField> AuditFields(const Asked& asked, const engine::Refusal& refusal);

}  // namespace gather::server

#endif  // GATHER_SERVER_AUDIT_LOG_H_
