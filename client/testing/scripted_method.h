#ifndef GATHER_CLIENT_TESTING_SCRIPTED_METHOD_H_
#define GATHER_CLIENT_TESTING_SCRIPTED_METHOD_H_

#include <concepts>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gather/reply.h"
#include "gather/testing/outcomes.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/message_lite.h"

namespace gather::testing {

// How the sub-calls to one method of one target end; made by ScriptedClient::On(). Without any of
// the words below a call to it never ends by itself.
//
//   script.On("users", "/demo.Users/GetUser")
//       .Fail(absl::UnavailableError("down"))                 // the first call that is sent
//       .Reply(ada).Takes(absl::Milliseconds(20));            // the second, and all after it
//
// Each word is the answer to one call, in the order in which they are sent; the last one stands
// for all further calls, too. From any thread.
class ScriptedMethod {
 public:
  ScriptedMethod() = default;
  ScriptedMethod(const ScriptedMethod&) = delete;

  // Succeeds with this reply; with all of these, for a server-streaming method.
  ScriptedMethod& Reply(const google::protobuf::MessageLite& reply) {
    return End(Succeeded(reply));
  }
  template <gather::internal::Message M>
  ScriptedMethod& Reply(const std::vector<M>& replies) {
    return End(Succeeded(replies));
  }

  // The backend fails it with this status (not OK).
  ScriptedMethod& Fail(const absl::Status& status) { return End(Failed(status)); }

  // No backend can be reached: kUnavailable, surely never sent.
  ScriptedMethod& BeUnreachable() { return End(Unreachable()); }

  // Ends in just that way; index, id and timing are filled in.
  ScriptedMethod& End(v1::Outcome outcome) {
    return Compute([outcome = std::move(outcome)](const v1::SubCall&) { return outcome; });
  }

  // Never ends by itself: its own or the gather's timeout ends it, a decision, or a cancel.
  ScriptedMethod& Hang() { return End(v1::Outcome()).Takes(absl::InfiniteDuration()); }

  // Does what `handler` says, a function of the request to a StatusOr of the reply:
  //
  //   .Handle<demo::GetUserRequest>([](const demo::GetUserRequest& request)
  //                                     -> absl::StatusOr<demo::User> { … });
  //
  // A request that does not parse fails with kInternal. `handler` runs on the thread that starts
  // the gather or on the client's worker thread, and must not call the script.
  template <gather::internal::Message Request, std::invocable<const Request&> Handler>
  ScriptedMethod& Handle(Handler handler) {
    return Compute([handler = std::move(handler)](const v1::SubCall& call) {
      Request request;
      if (!request.ParseFromString(call.request())) {
        return Failed(absl::InternalError("the request does not parse"));
      }
      auto reply = handler(std::as_const(request));
      return reply.ok() ? Succeeded(*std::move(reply)) : Failed(reply.status());
    });
  }

  // The last answer takes so long, in the script's time (see ScriptedClient). Default: none.
  ScriptedMethod& Takes(absl::Duration time);

  // The calls that were sent so far, with the gather's defaults filled in.
  std::vector<v1::SubCall> calls() const;

  // For the library itself: takes one more call, and says how and how much later it ends.
  std::pair<v1::Outcome, absl::Duration> Take(const v1::SubCall& call);

 private:
  using Answer = std::function<v1::Outcome(const v1::SubCall&)>;

  ScriptedMethod& Compute(Answer answer);

  mutable std::mutex mutex_;
  std::vector<std::pair<Answer, absl::Duration>> answers_;
  std::vector<v1::SubCall> calls_;
};

}  // namespace gather::testing

#endif  // GATHER_CLIENT_TESTING_SCRIPTED_METHOD_H_
