#ifndef GATHER_TESTS_CLIENT_STREAM_RECORD_H_
#define GATHER_TESTS_CLIENT_STREAM_RECORD_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/v1/gather.pb.h"

namespace gather::test {

// Writes down what a stream or a group answers. Aborts when it is told anything after the end.
//
//   auto record = std::make_shared<StreamRecord>();
//   auto stream = connection->StartStream(request, {}, record);
//   EXPECT_TRUE(record->AwaitEnd().ok());
//   EXPECT_EQ(record->outcomes().size(), 3);
class StreamRecord final : public StreamSink {
 public:
  // Runs after each outcome was written down, on the worker's thread.
  using Reaction = std::function<void(const v1::Outcome&)>;

  explicit StreamRecord(Reaction reaction = nullptr) : reaction_(std::move(reaction)) {}

  // Each blocks until it is so.
  void AwaitOpened();
  void AwaitOutcomes(std::size_t count);
  absl::Status AwaitEnd();

  // What came so far.
  std::string gather_id() const;
  std::vector<v1::Outcome> outcomes() const;
  std::optional<v1::Summary> summary() const;
  bool ended() const;

  void OnOpened(std::string gather_id) override;
  void OnOutcome(v1::Outcome outcome) override;
  void OnSummary(v1::Summary summary) override;
  void OnEnd(absl::Status status) override;

 private:
  const Reaction reaction_;
  mutable std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::string gather_id_;
  std::vector<v1::Outcome> outcomes_;
  std::optional<v1::Summary> summary_;
  std::optional<absl::Status> end_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_CLIENT_STREAM_RECORD_H_
