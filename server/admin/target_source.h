#ifndef GATHER_SERVER_ADMIN_TARGET_SOURCE_H_
#define GATHER_SERVER_ADMIN_TARGET_SOURCE_H_

#include "server/admin/server_view.h"
#include "server/metrics/families.h"

namespace gather::server {

// The permits of those targets that have limits: how many there are, who holds them, who waits.
class TargetSource final : public MetricsSource {
 public:
  // `view` outlives this.
  explicit TargetSource(const ServerView* view) : view_(view) {}

  void AddTo(Families* families) const override;

 private:
  const ServerView* const view_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_TARGET_SOURCE_H_
