#ifndef GATHER_ENGINE_REQUEST_H_
#define GATHER_ENGINE_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/payload.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The payload of one sub-call, in the slices that it came in.
struct KeptPayload {
  std::uint32_t index = 0;
  Payload payload;
};

// A gather's request as a door hands it to the engine. A sub-call with a kept payload has an empty
// `request` in the message; any other has its payload there.
struct Request {
  Request(std::unique_ptr<v1::GatherRequest> request)  // NOLINT(google-explicit-constructor)
      : message(std::move(request)) {}
  explicit Request(std::shared_ptr<v1::GatherRequest> request) : message(std::move(request)) {}
  Request(Request&&) = default;
  Request& operator=(Request&&) = default;
  ~Request() = default;

  std::shared_ptr<v1::GatherRequest> message;  // nobody else uses it
  std::vector<KeptPayload> payloads;           // by index, ascending
};

// What an added sub-call counts while it is unended.
inline std::size_t BytesOf(const v1::SubCall& message, const Payload& payload) {
  return message.ByteSizeLong() + payload.Length();
}

// One message to a group, likewise.
struct GroupRequest {
  v1::TaskGroupRequest message;
  Payload payload;  // of `add`, if it was kept
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REQUEST_H_
