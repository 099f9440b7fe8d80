#ifndef GATHER_TESTS_CONFORMANCE_PLAYER_H_
#define GATHER_TESTS_CONFORMANCE_PLAYER_H_

#include <functional>
#include <utility>

#include "gather/gather.h"
#include "tests/conformance/case.pb.h"

namespace gather::conformance {

// Plays cases with a client and tells what its user sees. Not for two threads at once.
class Player {
 public:
  // `await_cue` blocks until the moment has come for which the case waits.
  Player(Client client, std::function<void()> await_cue)
      : client_(std::move(client)), await_cue_(std::move(await_cue)) {}

  Report Play(const Case& played);

 private:
  // Waits for the answer, cancelled before where the case says so.
  template <typename T>
  T Await(const Case& played, Future<T> future);

  Report PlayGather(const Case& played);
  Report PlaySettled(const Case& played);
  Report PlayWinner(const Case& played);
  Report PlayQuorum(const Case& played);
  Report PlayAsCompleted(const Case& played);
  Report PlayGroup(const Case& played);

  Client client_;
  std::function<void()> await_cue_;
};

}  // namespace gather::conformance

#endif  // GATHER_TESTS_CONFORMANCE_PLAYER_H_
