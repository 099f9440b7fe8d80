#ifndef BENCHMARKS_SDK_DOOR_H_
#define BENCHMARKS_SDK_DOOR_H_

#include <cstdint>
#include <utility>

#include "benchmarks/door.h"
#include "gather/gather.h"

namespace gather::benchmarks {

// A gather as a user of the SDK writes it: a typed message for each call, typed replies. The
// client's engine must know the backend as the target "echo" and, for shapes of two levels, a
// MiddleService as "middle". Several at once: each one's continuation starts the next.
class SdkDoor final : public Door {
 public:
  explicit SdkDoor(Client client) : client_(std::move(client)) {}

  RunRecord Run(const Shape& shape, int64_t gathers) override;

 private:
  Client client_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SDK_DOOR_H_
