#include "tests/support/call_ledger.h"

#include <algorithm>

namespace gather::test {

void CallLedger::Arrived(ReceivedCall* call) {
  const std::lock_guard<std::mutex> lock(mu_);
  call->arrival = counts_.calls++;
  ++counts_.in_flight;
  counts_.max_in_flight = std::max(counts_.max_in_flight, counts_.in_flight);
  if (keep_records_) records_.emplace_back().call = *call;
  changed_.notify_all();
}

void CallLedger::Held() {
  const std::lock_guard<std::mutex> lock(mu_);
  ++counts_.held;
  changed_.notify_all();
}

void CallLedger::Released() {
  const std::lock_guard<std::mutex> lock(mu_);
  --counts_.held;
  changed_.notify_all();
}

void CallLedger::Cancelled(size_t arrival) {
  const std::lock_guard<std::mutex> lock(mu_);
  ++counts_.cancelled;
  if (keep_records_) records_[arrival].cancelled_at = std::chrono::steady_clock::now();
  changed_.notify_all();
}

void CallLedger::Ended(size_t arrival) {
  const std::lock_guard<std::mutex> lock(mu_);
  --counts_.in_flight;
  if (keep_records_) records_[arrival].ended_at = std::chrono::steady_clock::now();
  changed_.notify_all();
}

void CallLedger::ForgetPeak() {
  const std::lock_guard<std::mutex> lock(mu_);
  counts_.max_in_flight = counts_.in_flight;
}

CallCounts CallLedger::counts() const {
  const std::lock_guard<std::mutex> lock(mu_);
  return counts_;
}

std::vector<CallRecord> CallLedger::records() const {
  const std::lock_guard<std::mutex> lock(mu_);
  return records_;
}

}  // namespace gather::test
