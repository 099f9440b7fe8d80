#ifndef GATHER_CLI_FEED_H_
#define GATHER_CLI_FEED_H_

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gather/gather_client.h"
#include "gather/outcome_stream.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// The outcomes of one gather as they come, for a thread that waits for other things as well:
//
//   pollfd ready[] = {{feed.descriptor(), POLLIN, 0}, …};
//   poll(ready, …);
//   for (v1::Outcome& outcome : feed.Take()) …;
//
// Holds few of them: whoever does not Take() holds the gather back, beyond the stream's 4 MiB.
class Feed {
 public:
  // Starts the gather. `metadata` goes with the gather's own RPC.
  Feed(const Client& client, v1::GatherRequest request,
       std::vector<std::pair<std::string, std::string>> metadata);

  // Cancels what has not ended.
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // Readable while there is something to Take(), or nothing more to come.
  int descriptor() const { return event_; }

  // What has come since; never blocks.
  std::vector<v1::Outcome> Take();

  // How the gather went, once there is nothing more to come or to take.
  std::optional<internal::OutcomeStreamEnd> end() const;

  // Asks for the gather's end, which still comes. Any number of times.
  void Cancel() { stream_->Cancel(); }

 private:
  static constexpr std::size_t kMost = 256;

  void Pump();

  const int event_;  // an eventfd: 1 while readable
  const std::shared_ptr<internal::OutcomeStream> stream_;

  mutable std::mutex mutex_;
  std::condition_variable taken_;
  std::vector<v1::Outcome> outcomes_;
  bool ended_ = false;
  bool closing_ = false;

  std::thread pump_;  // the last member: it uses the others
};

}  // namespace gather::cli

#endif  // GATHER_CLI_FEED_H_
