#ifndef GATHER_TESTS_SUPPORT_BACKEND_CALL_H_
#define GATHER_TESTS_SUPPORT_BACKEND_CALL_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include "tests/support/behavior.h"

namespace gather::test {

// What comes back from a backend's completion queue.
class BackendEvent {
 public:
  virtual void OnEvent(bool ok) = 0;

 protected:
  ~BackendEvent() = default;
};

// One call at a programmable backend, from its acceptance to its end. Everything happens on the
// backend's thread.
//
//   accepting --accepted--> reading --request--> waiting --Answer()--> answering --> ended
//
// It is ended when gRPC has said that the call is over and no operation is outstanding.
class BackendCall {
 public:
  // Whom a call tells what happens to it.
  class Owner {
   public:
    // A client's call took this place: another one should wait for the next.
    virtual void OnAccepted() = 0;
    // True from when no operation may be started any more.
    virtual bool stopping() const = 0;
    // The request is there. The owner calls Answer(), now or later, or never.
    virtual void OnRequest(BackendCall* call) = 0;
    // The caller is gone. If the call has not been answered it never will be.
    virtual void OnCancelled(BackendCall* call) = 0;
    // Nothing is outstanding any more: the owner deletes the call.
    virtual void OnEnded(BackendCall* call) = 0;

   protected:
    ~Owner() = default;
  };

  BackendCall(Owner* owner, grpc::ServerCompletionQueue* queue);
  BackendCall(const BackendCall&) = delete;
  BackendCall& operator=(const BackendCall&) = delete;

  // Waits for a client's call. Not when stopping.
  void Accept(grpc::AsyncGenericService* service);

  // Answers, after the behavior's delay. At most once, and not after OnCancelled().
  void Answer(Behavior behavior);

  // Valid from OnRequest() on.
  ReceivedCall& received() { return received_; }

  // Whether OnRequest() has been called.
  bool has_request() const { return has_request_; }

 private:
  class Event final : public BackendEvent {
   public:
    Event(BackendCall* call, void (BackendCall::*handler)(bool)) : call_(call), handler_(handler) {}
    void OnEvent(bool ok) override { call_->Dispatch(handler_, ok); }

   private:
    BackendCall* const call_;
    void (BackendCall::*const handler_)(bool);
  };

  void Dispatch(void (BackendCall::*handler)(bool), bool ok);
  void OnAccepted(bool ok);
  void OnRead(bool ok);
  void OnDelayOver(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void OnDone(bool ok);
  void SendNext();
  grpc::ByteBuffer NextReply();
  // Sets the trailers, too.
  grpc::Status TakeFinalStatus();

  Owner* const owner_;
  grpc::ServerCompletionQueue* const queue_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_{&context_};
  grpc::Alarm alarm_;
  grpc::ByteBuffer request_;
  ReceivedCall received_;
  Behavior behavior_;
  int sent_ = 0;  // messages
  bool has_request_ = false;
  bool done_ = false;
  int outstanding_ = 0;
  Event accepted_{this, &BackendCall::OnAccepted};
  Event read_{this, &BackendCall::OnRead};
  Event delay_over_{this, &BackendCall::OnDelayOver};
  Event written_{this, &BackendCall::OnWritten};
  Event finished_{this, &BackendCall::OnFinished};
  Event over_{this, &BackendCall::OnDone};
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_BACKEND_CALL_H_
