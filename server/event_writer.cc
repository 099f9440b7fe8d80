#include "server/event_writer.h"

#include <utility>

namespace gather::server {

void EventWriter::Send(engine::Payload event) {
  if (reader_gone_) return;
  waiting_bytes_ += event.Length();
  waiting_.push_back(std::move(event));
  Weigh();
  if (state_ == State::kIdle) Continue();
}

void EventWriter::Finish(const grpc::Status& status) {
  status_ = status;
  if (state_ == State::kIdle) Continue();
}

void EventWriter::Discard() {
  waiting_.clear();
  waiting_bytes_ = 0;
  Weigh();
}

// Nothing is outstanding.
void EventWriter::Continue() {
  if (waiting_.empty() && !status_) {
    state_ = State::kIdle;
    return;
  }
  owner_->OnWriteStarted();
  if (waiting_.empty()) {
    state_ = State::kFinishing;
    return stream_->Finish(*status_, &finished_);
  }
  const engine::Payload event = std::move(waiting_.front());
  waiting_.pop_front();
  if (waiting_.empty() && status_) {
    state_ = State::kFinishing;
    return stream_->WriteAndFinish(event, *status_, &finished_);
  }
  state_ = State::kWriting;
  written_bytes_ = event.Length();
  waiting_bytes_ -= written_bytes_;
  stream_->Write(event, /*more=*/!waiting_.empty(), &written_);
}

void EventWriter::OnWritten(bool ok) {
  written_bytes_ = 0;
  if (ok) {
    Weigh();
  } else if (!reader_gone_) {
    reader_gone_ = true;
    Discard();
    owner_->OnReaderGone();
  }
  Continue();
  owner_->OnWriteEnded();
}

void EventWriter::OnFinished(bool /*ok*/) {
  state_ = State::kFinished;
  owner_->OnWriteEnded();
}

void EventWriter::Weigh() {
  const std::size_t unread = waiting_bytes_ + written_bytes_;
  counted_.Resize(unread);
  const bool full = full_ ? unread >= kMaxUnreadBytes / 2 : unread > kMaxUnreadBytes;
  if (full == full_) return;
  full_ = full;
  owner_->OnFull(full);
}

}  // namespace gather::server
