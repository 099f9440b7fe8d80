#ifndef GATHER_SERVER_EVENT_WRITER_H_
#define GATHER_SERVER_EVENT_WRITER_H_

#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "engine/async/operation.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/payload.h"

namespace gather::server {

// Where events go: the sending half of a stream. At most one operation is outstanding at a time.
class EventStream {
 public:
  // `more`: another event will follow at once, so this one need not be flushed.
  virtual void Write(const grpc::ByteBuffer& event, bool more, engine::Operation* done) = 0;
  virtual void WriteAndFinish(const grpc::ByteBuffer& last, const grpc::Status& status,
                              engine::Operation* done) = 0;
  virtual void Finish(const grpc::Status& status, engine::Operation* done) = 0;

 protected:
  ~EventStream() = default;
};

// A gRPC stream, grpc::ServerAsyncWriter or grpc::ServerAsyncReaderWriter, as an EventStream.
template <typename Stream>
class GrpcEventStream final : public EventStream {
 public:
  explicit GrpcEventStream(Stream* stream) : stream_(stream) {}

  void Write(const grpc::ByteBuffer& event, bool more, engine::Operation* done) override {
    grpc::WriteOptions options;
    if (more) options.set_buffer_hint();
    stream_->Write(event, options, done);
  }
  void WriteAndFinish(const grpc::ByteBuffer& last, const grpc::Status& status,
                      engine::Operation* done) override {
    stream_->WriteAndFinish(last, grpc::WriteOptions(), status, done);
  }
  void Finish(const grpc::Status& status, engine::Operation* done) override {
    stream_->Finish(status, done);
  }

 private:
  Stream* const stream_;
};

// Sends events in order, one write at a time, and then the status. What the reader has not taken
// yet waits here, and its owner hears when that is too much.
//
//   idle ──Send──▶ writing ──written, none waits──▶ idle ──Finish──▶ finishing ──▶ finished
//                     │ ▲
//                     └─┘ written, another waits       (the last event and the status go together)
//
// A write that fails says that the reader is gone: what waits is dropped, and so is what comes
// later; the status is still sent, to nobody, as gRPC wants each call to be finished.
//
// On the worker's thread. Destroy only when no operation is outstanding.
class EventWriter {
 public:
  // Whose stream it is. Each method may be called inside Send(), Finish() and Discard(), but
  // OnReaderGone() and OnWriteEnded().
  class Owner {
   public:
    // An operation is outstanding / is not any more. The latter is the last thing that happens: the
    // writer may be destroyed there.
    virtual void OnWriteStarted() = 0;
    virtual void OnWriteEnded() = 0;

    // More than kMaxUnreadBytes wait / less than half of that.
    virtual void OnFull(bool full) = 0;

    virtual void OnReaderGone() = 0;

   protected:
    ~Owner() = default;
  };

  static constexpr std::size_t kMaxUnreadBytes = 4 << 20;

  EventWriter(EventStream* stream, Owner* owner) : stream_(stream), owner_(owner) {}
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  // From now on what was not read yet counts among the bytes that all gathers buffer.
  void CountIn(std::shared_ptr<engine::BufferedBytes> all) {
    counted_ = engine::HeldBytes(std::move(all), 0);
  }

  void Send(engine::Payload event);

  // After all that was sent before. Once, and nothing may be sent afterwards.
  void Finish(const grpc::Status& status);

  // Drops what waits to be written.
  void Discard();

  // Whether the owner was told that too much waits.
  bool full() const { return full_; }

 private:
  enum class State { kIdle, kWriting, kFinishing, kFinished };

  void Continue();
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void Weigh();

  EventStream* const stream_;
  Owner* const owner_;
  State state_ = State::kIdle;
  bool reader_gone_ = false;
  bool full_ = false;
  std::deque<engine::Payload> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t written_bytes_ = 0;  // of the event that is being written
  engine::HeldBytes counted_;      // what waits and is written
  std::optional<grpc::Status> status_;
  engine::MemberOperation<EventWriter, &EventWriter::OnWritten> written_{this};
  engine::MemberOperation<EventWriter, &EventWriter::OnFinished> finished_{this};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_EVENT_WRITER_H_
