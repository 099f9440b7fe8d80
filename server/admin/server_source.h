#ifndef GATHER_SERVER_ADMIN_SERVER_SOURCE_H_
#define GATHER_SERVER_ADMIN_SERVER_SOURCE_H_

#include "server/admin/server_view.h"
#include "server/metrics/families.h"

namespace gather::server {

// What a server is busy with at the moment, what it runs with, and what became of its log.
class ServerSource final : public MetricsSource {
 public:
  // `view` outlives this.
  explicit ServerSource(const ServerView* view) : view_(view) {}

  // Asks the workers; blocks for a second when one of them is too busy to answer.
  void AddTo(Families* families) const override;

 private:
  void AddLoad(Families* families) const;
  void AddConfiguration(Families* families) const;
  void AddLimits(Families* families) const;
  void AddLog(Families* families) const;

  const ServerView* const view_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_SERVER_SOURCE_H_
