#include "cli/feed.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "gather/options.h"
#include "gather/prepared_gather.h"

namespace gather::cli {
namespace {

std::shared_ptr<internal::OutcomeStream> Start(
    const Client& client, v1::GatherRequest request,
    std::vector<std::pair<std::string, std::string>> metadata) {
  Options options;
  options.metadata = std::move(metadata);
  internal::PreparedGather gather(internal::Verb::kAsCompleted, options, 0);
  gather.request = std::move(request);
  return internal::OutcomeStream::Start(client.connection(), options, std::move(gather));
}

}  // namespace

Feed::Feed(const Client& client, v1::GatherRequest request,
           std::vector<std::pair<std::string, std::string>> metadata)
    : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      stream_(Start(client, std::move(request), std::move(metadata))),
      pump_([this] { Pump(); }) {}

Feed::~Feed() {
  stream_->Abandon();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    taken_.notify_all();
  }
  pump_.join();
  close(event_);
}

void Feed::Pump() {
  while (std::optional<v1::Outcome> outcome = stream_->Next()) {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [this] { return outcomes_.size() < kMost || closing_; });
    if (closing_) continue;
    outcomes_.push_back(*std::move(outcome));
    eventfd_write(event_, 1);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  eventfd_write(event_, 1);
}

std::vector<v1::Outcome> Feed::Take() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  if (!ended_) eventfd_read(event_, &count);
  taken_.notify_all();
  return std::exchange(outcomes_, {});
}

std::optional<internal::OutcomeStreamEnd> Feed::end() const {
  const std::lock_guard lock(mutex_);
  if (!ended_ || !outcomes_.empty()) return std::nullopt;
  return stream_->end();
}

}  // namespace gather::cli
