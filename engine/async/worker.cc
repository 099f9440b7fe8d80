#include "engine/async/worker.h"

#include <algorithm>
#include <utility>

namespace gather::engine {
namespace {

// After so many completions without a pause, alarms and runnables get their turn all the same.
constexpr int kEventsInARow = 256;

// But an alarm waits so long for the queue to be empty: a result that is there when a deadline is
// looked at wins.
constexpr Duration kAlarmPatience = std::chrono::milliseconds(5);

}  // namespace

Worker::Worker(std::unique_ptr<EventQueue> queue) : queue_(std::move(queue)), now_(queue_->Now()) {}

Worker::~Worker() { Stop(); }

void Worker::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Worker::Stop() {
  std::call_once(stop_once_, [this] {
    Post([this] {
      inbox_.Close();
      RunMessages();  // what came in between being taken and being closed
      queue_->Shutdown();
    });
    if (thread_.joinable()) {
      thread_.join();
    } else {
      Loop();
    }
  });
}

bool Worker::Post(std::function<void()> message) {
  const Inbox::Posted posted = inbox_.Post(std::move(message));
  if (posted == Inbox::Posted::kFirst) queue_->Wake();
  return posted != Inbox::Posted::kClosed;
}

void Worker::Schedule(Runnable* runnable) {
  if (runnable->waiting_for_turn_) return;
  runnable->waiting_for_turn_ = true;
  runnables_.push_back(runnable);
}

void Worker::Forget(Runnable* runnable) {
  if (!runnable->waiting_for_turn_) return;
  runnable->waiting_for_turn_ = false;
  runnables_.erase(std::find(runnables_.begin(), runnables_.end(), runnable));
}

EventQueue::Kind Worker::Turn(Time deadline) {
  const EventQueue::Event event = queue_->Next(deadline);
  now_ = queue_->Now();
  if (event.kind == EventQueue::Kind::kCompletion) event.operation->OnDone(event.ok);
  if (event.kind == EventQueue::Kind::kWoken) RunMessages();
  const bool drained = event.kind == EventQueue::Kind::kTimeout;
  if (drained || ++events_in_a_row_ >= kEventsInARow) {
    events_in_a_row_ = 0;
    alarms_.RunDue(drained ? now_ : now_ - kAlarmPatience);
    RunOne();
  }
  return event.kind;
}

void Worker::RunMessages() {
  for (const Inbox::Message& message : inbox_.Take()) message();
}

void Worker::RunOne() {
  if (runnables_.empty()) return;
  Runnable* const runnable = runnables_.front();
  runnables_.pop_front();
  runnable->waiting_for_turn_ = false;
  if (runnable->RunQuantum()) Schedule(runnable);
}

void Worker::Loop() {
  thread_id_ = std::this_thread::get_id();
  while (Turn(runnables_.empty() ? alarms_.next() : kPast) != EventQueue::Kind::kShutdown) {
  }
  thread_id_ = std::thread::id();
}

void Worker::RunUntilIdleForTest() {
  thread_id_ = std::this_thread::get_id();
  for (bool idle = false; !idle;) {
    // What an alarm or a runnable does may complete at once: only a turn without either is idle.
    const bool nothing_to_do = runnables_.empty() && alarms_.next() > queue_->Now();
    const EventQueue::Kind kind = Turn(kPast);
    idle = kind == EventQueue::Kind::kShutdown ||
           (kind == EventQueue::Kind::kTimeout && nothing_to_do);
  }
}

}  // namespace gather::engine
