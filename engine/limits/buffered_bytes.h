#ifndef GATHER_ENGINE_LIMITS_BUFFERED_BYTES_H_
#define GATHER_ENGINE_LIMITS_BUFFERED_BYTES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "engine/limits/permit_waiter.h"

namespace gather::engine {

// How many bytes of replies may be buffered or expected; 0: no bound. A plain value.
struct BufferLimits {
  std::uint64_t max_bytes_per_gather = 0;
  std::uint64_t max_bytes = 0;  // of all gathers
  bool dry_run = false;         // only counted

  bool any() const { return max_bytes_per_gather > 0 || max_bytes > 0; }
};

// The bytes of replies that all gathers together hold, or expect of sub-calls in flight. Shared by
// all workers. Thread-safe; the lock is taken only where somebody has to wait.
//
// What has come is never refused here: it is there. What is bounded is what is started. When
// everything is full and each gather keeps what it has until it is answered, one of them at a time
// may go beyond the bound, a sub-call at a time, so that it ends and makes room for the others.
class BufferedBytes {
 public:
  struct Snapshot {
    std::uint64_t bytes = 0;
    std::uint64_t had_to_wait = 0;  // sub-calls, since the start
    std::uint64_t would_wait = 0;   // with dry_run
  };

  explicit BufferedBytes(const BufferLimits& limits) { Configure(limits); }
  BufferedBytes(const BufferedBytes&) = delete;
  BufferedBytes& operator=(const BufferedBytes&) = delete;

  // Other bounds from now on.
  void Configure(const BufferLimits& limits);

  // As many, without asking.
  void Add(std::uint64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void Remove(std::uint64_t bytes);

  Snapshot snapshot() const;

 private:
  friend class ReplyRoom;

  // One who waits, at most once.
  struct Waiting {
    std::shared_ptr<PermitWaiter> waiter;
    bool queued = false;
    std::atomic<bool> told = false;  // that there is room; and has not asked for it since
  };

  bool TryAdd(std::uint64_t bytes);
  bool TryAddOrWait(std::uint64_t bytes, Waiting* waiting);
  void Leave(Waiting* waiting);
  void TellNext();

  std::atomic<std::uint64_t> max_per_gather_{0};
  std::atomic<std::uint64_t> max_{0};
  std::atomic<bool> dry_run_{false};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> had_to_wait_{0};
  std::atomic<std::uint64_t> would_wait_{0};
  std::atomic<const void*> beyond_{nullptr};  // who may go beyond the bound

  std::mutex mutex_;
  std::atomic<std::size_t> waiting_{0};  // the size of:
  std::deque<Waiting*> queue_;
};

// Bytes that are held until they are sent. Movable.
class HeldBytes {
 public:
  HeldBytes() = default;
  HeldBytes(std::shared_ptr<BufferedBytes> all, std::uint64_t bytes)
      : all_(std::move(all)), bytes_(bytes) {}
  HeldBytes(HeldBytes&&) = default;
  HeldBytes& operator=(HeldBytes&& other) noexcept {
    std::swap(all_, other.all_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~HeldBytes() {
    if (all_ != nullptr) all_->Remove(bytes_);
  }

  // So many from now on; where nobody counts them, of no effect.
  void Resize(std::uint64_t bytes) {
    if (all_ == nullptr) return;
    if (bytes > bytes_) all_->Add(bytes - bytes_);
    if (bytes < bytes_) all_->Remove(bytes_ - bytes);
    bytes_ = bytes;
  }

  std::uint64_t bytes() const { return all_ == nullptr ? 0 : bytes_; }

 private:
  std::shared_ptr<BufferedBytes> all_;
  std::uint64_t bytes_ = 0;
};

// One gather's part of them. Not thread-safe, but for what it shares.
//
//   if (!room.Reserve(expected, alone)) wait;   // the waiter is told when to try again
//   …
//   room.Keep(bytes);                           // its reply is in
//   room.Release(expected);                     // the sub-call has ended
//   …
//   answer.held = room.TakeKept();
class ReplyRoom {
 public:
  ReplyRoom(std::shared_ptr<BufferedBytes> all, std::shared_ptr<PermitWaiter> waiter)
      : all_(std::move(all)) {
    waiting_.waiter = std::move(waiter);
  }
  ReplyRoom(const ReplyRoom&) = delete;
  ReplyRoom& operator=(const ReplyRoom&) = delete;

  // Whatever it still has is given back.
  ~ReplyRoom();

  // Room for a reply of so many bytes. `alone`: nothing of the gather is in flight, so that nothing
  // of its own can make room; it then gets it all the same, as far as the gather's bound is
  // concerned. False: there is none, and nothing has changed.
  bool Reserve(std::uint64_t bytes, bool alone);

  // The sub-call for which they were reserved has ended. What it has brought is kept first.
  void Release(std::uint64_t bytes);

  // So many bytes have come and are kept; or only if there is room for them.
  void Keep(std::uint64_t bytes);
  bool TryKeep(std::uint64_t bytes);

  // Kept bytes are gone.
  void Drop(std::uint64_t bytes);

  // Nothing is wanted for now: if it was told of room and did not ask for it, others are told.
  void PassOn();

  // Nothing more will be reserved: others need not wait for this one.
  void Leave();

  // What is kept, from now on somebody else's.
  HeldBytes TakeKept();

 private:
  bool ReserveOfAll(std::uint64_t bytes, bool alone);

  const std::shared_ptr<BufferedBytes> all_;
  BufferedBytes::Waiting waiting_;
  bool held_up_ = false;  // the last time that it asked
  std::uint64_t reserved_ = 0;
  std::uint64_t kept_ = 0;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_BUFFERED_BYTES_H_
