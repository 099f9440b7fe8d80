#include "gather/embedded_stream.h"

#include <utility>

#include "engine/request_reader.h"

namespace gather::internal {

EmbeddedStream::EmbeddedStream(engine::Worker* worker, engine::Engine* engine, OwnedRequest request,
                               engine::Caller caller, std::shared_ptr<StreamSink> sink)
    : StreamedRun(worker, engine, std::move(caller), std::move(sink)),
      request_(std::move(request)),
      too_large_(engine::CheckRequestBytes(request_->ByteSizeLong(),
                                           engine->options().max_request_bytes)) {}

StreamedRun::Started EmbeddedStream::StartRun(engine::Engine* engine, const engine::Caller& caller,
                                              engine::AnswerSink* sink) {
  if (too_large_) return *too_large_;
  return engine->Start(engine::Request(std::move(request_).Take()), caller, sink,
                       engine::RunKind::kStreamed);
}

}  // namespace gather::internal
