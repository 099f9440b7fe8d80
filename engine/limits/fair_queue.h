#ifndef GATHER_ENGINE_LIMITS_FAIR_QUEUE_H_
#define GATHER_ENGINE_LIMITS_FAIR_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace gather::engine {

// Who gets a target's next permit. Pure: no clock, no threads, no locks.
//
// A claim is one gather's at one target: how many permits it holds, and how many of its sub-calls
// wait for one. Permits are shared between principals by their weights, and a principal's part
// evenly between its gathers; shares are counted among those who wait. Next is, of those who hold
// less than their share, the one with the least virtual time: what it was given, by its weight.
// Who begins to wait starts at the virtual time of now, so that having been idle earns nothing. So
// nobody who wants permits is without them for long because another wants many, nor because
// another's calls are slow; and what nobody else wants is anybody's.
//
// The order is start-time fair queueing (Goyal, Vin, Cheng 1996) for a server with many calls in
// flight at once (SFQ(D): Jin, Chase, Kaur 2004), with the cap on what is held added, since there
// the cost of a call is known only when it has ended.
//
//   FairQueue queue;
//   queue.SetPermits(100);
//   queue.Open(&claim, "alice", /*weight=*/1);
//   queue.Wait(&claim, 5);
//   while (FairQueue::Claim* next = queue.Grant()) …   // `next` holds one more
//   queue.Release(&claim);
//   queue.Close(&claim);
//
// Every operation takes O(log of those who wait), but for PushOutFor(), which may look at every
// principal that waits; principals and gathers that neither wait nor
// hold anything take no memory here but their claims.
class FairQueue {
 private:
  struct Principal;

 public:
  class Claim {
   public:
    std::uint32_t held() const { return held_; }
    std::uint32_t waiting() const { return waiting_; }

   private:
    friend class FairQueue;
    Principal* principal_ = nullptr;
    std::uint32_t held_ = 0;
    std::uint32_t waiting_ = 0;
    std::uint64_t time_ = 0;
    std::uint64_t number_ = 0;
  };

  FairQueue();
  FairQueue(const FairQueue&) = delete;
  FairQueue& operator=(const FairQueue&) = delete;
  ~FairQueue();

  // A claim must be open for everything else, and hold nothing and wait for nothing when it is
  // closed. The weight, at least 1, is that of the principal as last told.
  void Open(Claim* claim, absl::string_view principal, std::uint32_t weight);
  void Close(Claim* claim);

  // How many may be held together. Fewer than are held: nothing is granted until enough are back.
  void SetPermits(std::uint32_t permits) { permits_ = permits; }

  // Permits go to those who wait in the order in which they began to wait, whoever they are. What
  // waits now is taken claim by claim.
  void SetUnfair(bool unfair);

  // `count` more wait, or no longer wait.
  void Wait(Claim* claim, std::uint32_t count);
  void Leave(Claim* claim, std::uint32_t count);

  // Gives one permit to whoever is next; null: there is none, or nobody waits.
  Claim* Grant();

  // Takes one permit though none may be there, past those who wait.
  void Take(Claim* claim);

  // Gives back one permit that the claim holds.
  void Release(Claim* claim);

  // Makes room for one more of `claim` by having one leave that belongs to a longer queue: another
  // principal's, by their weights, or the same one's with a longer claim. Returns whose it was;
  // null: the longest queue that is known is the claim's own, and nothing has changed. Longest
  // queue drop keeps one who fills the queue from locking others out.
  Claim* PushOutFor(const Claim& claim);

  std::uint32_t permits() const { return permits_; }
  std::uint64_t held() const { return held_; }
  std::uint64_t waiting() const { return waiting_; }
  std::size_t principals() const { return principals_.size(); }

 private:
  // Their virtual time, and what they are called: of two with the same time the older is first.
  using Order = std::pair<std::uint64_t, std::uint64_t>;
  static Order OrderOf(const Principal& principal);
  static Order OrderOf(const Claim& claim) { return {claim.time_, claim.number_}; }

  template <typename T>
  struct Earlier {
    bool operator()(const T* a, const T* b) const { return OrderOf(*a) < OrderOf(*b); }
  };
  template <typename T>
  using Waiters = std::set<T*, Earlier<T>>;

  void BeginToWait(Claim* claim);
  void EndToWait(Claim* claim);
  void ForgetArrivals(Claim* claim, std::uint32_t count);
  Claim* NextFair();
  Claim* NextArrived();
  void Charge(Claim* claim);
  template <typename T>
  void Later(Waiters<T>* waiters, T* waiter, std::uint64_t* time, std::uint64_t by);
  Claim* FindLonger(const Claim& claim) const;
  bool IsLonger(const Claim& candidate, const Claim& claim) const;

  std::uint32_t permits_ = 0;
  std::uint64_t held_ = 0;
  std::uint64_t waiting_ = 0;
  std::uint64_t next_number_ = 0;
  std::uint64_t now_ = 0;             // virtual, of the principals
  std::uint64_t waiting_weight_ = 0;  // of the principals that wait, together
  absl::flat_hash_map<std::string, std::unique_ptr<Principal>> principals_;
  Waiters<Principal> waiters_;
  Claim* longest_ = nullptr;  // a long one; null, or one that waits
  bool unfair_ = false;
  std::deque<std::pair<Claim*, std::uint32_t>> arrivals_;  // when unfair
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_FAIR_QUEUE_H_
