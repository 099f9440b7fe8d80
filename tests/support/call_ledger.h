#ifndef GATHER_TESTS_SUPPORT_CALL_LEDGER_H_
#define GATHER_TESTS_SUPPORT_CALL_LEDGER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/support/behavior.h"

namespace gather::test {

// A call's whole history.
struct CallRecord {
  ReceivedCall call;
  std::optional<std::chrono::steady_clock::time_point> ended_at;
  // When the backend saw that the caller had cancelled, let its deadline pass, or gone away.
  std::optional<std::chrono::steady_clock::time_point> cancelled_at;
};

struct CallCounts {
  size_t calls = 0;
  size_t in_flight = 0;
  size_t max_in_flight = 0;
  size_t held = 0;
  size_t cancelled = 0;
};

// What a backend has seen, and waiting for it to see more. Any thread.
class CallLedger {
 public:
  // `keep_records`: false keeps the counts only, for runs of millions of calls.
  explicit CallLedger(bool keep_records) : keep_records_(keep_records) {}

  // Enters a call and gives it its place in the order of arrival.
  void Arrived(ReceivedCall* call);
  void Held();
  void Released();
  void Cancelled(size_t arrival);
  void Ended(size_t arrival);

  // max_in_flight counts from now on.
  void ForgetPeak();

  CallCounts counts() const;
  std::vector<CallRecord> records() const;

  // True once the condition holds; false when `timeout` passed before.
  template <typename Condition>
  bool Wait(Condition condition, std::chrono::milliseconds timeout) {
    std::unique_lock<std::mutex> lock(mu_);
    return changed_.wait_for(lock, timeout, [&] { return condition(counts_); });
  }

 private:
  const bool keep_records_;
  mutable std::mutex mu_;
  std::condition_variable changed_;
  CallCounts counts_;
  std::vector<CallRecord> records_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_CALL_LEDGER_H_
