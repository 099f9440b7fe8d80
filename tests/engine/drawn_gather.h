#ifndef GATHER_TESTS_ENGINE_DRAWN_GATHER_H_
#define GATHER_TESTS_ENGINE_DRAWN_GATHER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>

#include "engine/attempt.h"
#include "gather/v1/gather.pb.h"

namespace gather::testing {

// What is drawn from a seed; the same seed always gives the same.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}

  std::size_t Below(std::size_t bound) { return random_() % bound; }
  bool Chance(std::size_t of) { return Below(of) == 0; }

 private:
  std::mt19937 random_;
};

// A sub-call, and with what code its slot is to be refused, if it is.
struct DrawnCall {
  v1::SubCall call;
  std::optional<int> refusal_code;
  bool fallback_heeds_refusal = false;
  bool shown_by_index = false;  // its id is not one
};

// Every mode, with and without its own settings.
v1::Policy DrawPolicy(Dice* dice);

// Of target "users", or of one that nobody knows.
DrawnCall DrawCall(Dice* dice);

// The same with an id of its own now and then, which others may have, and with all that an add can
// be refused for.
DrawnCall DrawAdd(Dice* dice);

// What a backend, the transport or gRPC says in the end.
engine::AttemptResult DrawResult(Dice* dice, bool server_streaming);

// Whether a gather of these calls is refused as a whole, the detached work apart.
bool RefusedAsAWhole(const v1::GatherRequest& request);

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_DRAWN_GATHER_H_
