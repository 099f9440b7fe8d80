#include "gather/caller_watch.h"

#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <grpc/support/alloc.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdlib>
#include <memory>

namespace gather::internal {
namespace {

// gRPC tells a handler of a cancellation in a different way in each of its server APIs, and in one
// only when asked. What it does in all of them is to cancel the handler's child calls. So a watch
// is a child call that is never sent: it only waits for its status, which comes when the parent is
// cancelled or ends.
//
// The queue runs completions on gRPC's own executor and polls nothing, so it takes no part in the
// process's polling. Both live as long as the process.
struct WatchGround {
  WatchGround() {
    static grpc_completion_queue_functor on_shutdown = {[](grpc_completion_queue_functor*, int) {},
                                                        1, 0, nullptr};
    const grpc_completion_queue_attributes attributes = {GRPC_CQ_CURRENT_VERSION, GRPC_CQ_CALLBACK,
                                                         GRPC_CQ_NON_POLLING, &on_shutdown};
    queue = std::make_unique<grpc::CompletionQueue>(grpc_completion_queue_create(
        grpc_completion_queue_factory_lookup(&attributes), &attributes, nullptr));
  }

  const std::shared_ptr<grpc::Channel> channel =
      grpc::CreateChannel("ipv4:127.0.0.1:1", grpc::InsecureChannelCredentials());
  grpc::GenericStub stub{channel};
  std::unique_ptr<grpc::CompletionQueue> queue;
};

struct Watch : grpc_completion_queue_functor {
  explicit Watch(const grpc::ServerContextBase& parent)
      : grpc_completion_queue_functor{&Watch::OnEnd, 0, 0, nullptr},
        context(grpc::ClientContext::FromServerContext(
            parent, grpc::PropagationOptions().disable_deadline_propagation())) {
    grpc_metadata_array_init(&trailers);
  }

  ~Watch() {
    grpc_metadata_array_destroy(&trailers);
    grpc_slice_unref(message);
    gpr_free(const_cast<char*>(error));
  }

  static void OnEnd(grpc_completion_queue_functor* functor, int /*ok*/) {
    const std::unique_ptr<Watch> watch(static_cast<Watch*>(functor));
    watch->stop.request_stop();
  }

  std::stop_source stop;
  const std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> call;
  grpc_metadata_array trailers;
  grpc_status_code code = GRPC_STATUS_OK;
  grpc_slice message = grpc_empty_slice();
  const char* error = nullptr;
};

}  // namespace

std::stop_token WatchCaller(const grpc::ServerContextBase& context) {
  static WatchGround* const ground = new WatchGround();
  auto watch = std::make_unique<Watch>(context);
  watch->call = ground->stub.PrepareUnaryCall(watch->context.get(), "/gather.v1.Caller/Watch",
                                              grpc::ByteBuffer(), ground->queue.get());
  grpc_op status = {};
  status.op = GRPC_OP_RECV_STATUS_ON_CLIENT;
  status.data.recv_status_on_client.trailing_metadata = &watch->trailers;
  status.data.recv_status_on_client.status = &watch->code;
  status.data.recv_status_on_client.status_details = &watch->message;
  status.data.recv_status_on_client.error_string = &watch->error;
  std::stop_token token = watch->stop.get_token();
  grpc_call* const call = watch->context->c_call();
  grpc_completion_queue_functor* const tag = watch.release();  // the queue's until OnEnd
  if (grpc_call_start_batch(call, &status, 1, tag, nullptr) != GRPC_CALL_OK) std::abort();
  return token;
}

}  // namespace gather::internal
