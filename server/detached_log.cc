#include "server/detached_log.h"

#include <cstddef>
#include <string>

#include "engine/utf8.h"

namespace gather::server {

std::vector<LogField> DetachedFailureFields(const engine::DetachedFailure& failure,
                                            std::uint64_t total) {
  constexpr std::size_t kMaxMessage = 256;
  const engine::Failure& failed = failure.failure;
  return {
      {"gather_id", failure.gather_id},
      {"index", failed.index},
      {"id", failed.id},
      {"target", failed.target},
      {"method", failed.method},
      {"code", failed.status.code()},
      {"message", std::string(engine::CutUtf8(failed.status.message(), kMaxMessage))},
      {"total", total},
  };
}

void LogDetachedFailure(const engine::DetachedFailure& failure, std::uint64_t total) {
  Log(LogLevel::kWarning, "detached_failure", DetachedFailureFields(failure, total));
}

}  // namespace gather::server
