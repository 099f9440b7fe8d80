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

// A parked worker looks at the network so often: others must not wait for long for what it owes
// them, a server that shuts down for a connection's end above all.
constexpr Duration kLookEvery = std::chrono::milliseconds(100);

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
      idle_ = nullptr;  // nobody will wake it for what is still outstanding
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
  if (posted == Inbox::Posted::kFirst) Wake();
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
  for (;;) {
    const EventQueue::Kind kind = Turn(Idle() ? kPast : NextDeadline());
    if (kind == EventQueue::Kind::kShutdown) break;
    if (kind == EventQueue::Kind::kWoken) RunMessages();
    if (kind == EventQueue::Kind::kTimeout && Idle()) Park();
  }
  thread_id_ = std::thread::id();
}

bool Worker::Idle() const {
  return idle_ != nullptr && runnables_.empty() && alarms_.next() == kNever && idle_();
}

void Worker::Park() {
  std::unique_lock<std::mutex> lock(turns_mutex_);
  if (!inbox_.empty()) return;  // the event that tells of it is on its way
  turns_ = Turns::kNobody;
  thread_id_ = std::thread::id();
  while (turns_ != Turns::kOwnThread) {
    const auto waited = turns_returned_.wait_for(lock, kLookEvery);
    if (waited == std::cv_status::timeout && turns_ == Turns::kNobody) turns_ = Turns::kOwnThread;
  }
  thread_id_ = std::this_thread::get_id();
  const bool messages_due = std::exchange(messages_due_, false);
  lock.unlock();
  now_ = queue_->Now();
  if (messages_due) RunMessages();
}

void Worker::Wake() {
  {
    const std::lock_guard<std::mutex> lock(turns_mutex_);
    if (turns_ == Turns::kNobody) {
      turns_ = Turns::kOwnThread;
      messages_due_ = true;
      turns_returned_.notify_one();
      return;
    }
  }
  queue_->Wake();
}

bool Worker::Drive(absl::FunctionRef<void()> begin, absl::FunctionRef<bool()> ended) {
  if (!TakeTurns()) return false;
  // First what the network brought while nobody looked: a connection that was closed, above all.
  EventQueue::Kind kind = Turn(kPast);
  const bool begins = kind != EventQueue::Kind::kWoken;
  if (begins) begin();
  while (kind != EventQueue::Kind::kWoken && !ended()) kind = Turn(NextDeadline());
  ReturnTurns(kind == EventQueue::Kind::kWoken);
  return begins;
}

bool Worker::TakeTurns() {
  const std::lock_guard<std::mutex> lock(turns_mutex_);
  if (turns_ != Turns::kNobody) return false;
  turns_ = Turns::kCaller;
  thread_id_ = std::this_thread::get_id();
  return true;
}

void Worker::ReturnTurns(bool woken) {
  const std::lock_guard<std::mutex> lock(turns_mutex_);
  thread_id_ = std::thread::id();
  messages_due_ = woken;
  if (!woken && inbox_.empty() && Idle()) {
    turns_ = Turns::kNobody;
    return;
  }
  turns_ = Turns::kOwnThread;
  turns_returned_.notify_one();
}

void Worker::RunUntilIdleForTest() {
  thread_id_ = std::this_thread::get_id();
  for (bool idle = false; !idle;) {
    // What an alarm or a runnable does may complete at once: only a turn without either is idle.
    const bool nothing_to_do = runnables_.empty() && alarms_.next() > queue_->Now();
    const EventQueue::Kind kind = Turn(kPast);
    if (kind == EventQueue::Kind::kWoken) RunMessages();
    idle = kind == EventQueue::Kind::kShutdown ||
           (kind == EventQueue::Kind::kTimeout && nothing_to_do);
  }
}

}  // namespace gather::engine
