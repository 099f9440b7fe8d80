#include "gather/embedded_stream.h"

#include <utility>

#include "engine/request_reader.h"

namespace gather::internal {

EmbeddedStream::EmbeddedStream(engine::Worker* worker, engine::Engine* engine,
                               v1::GatherRequest request, engine::Caller caller,
                               std::shared_ptr<StreamSink> sink)
    : StreamedRun(worker, engine, std::move(caller), std::move(sink)),
      request_(std::make_unique<v1::GatherRequest>(std::move(request))),
      too_large_(engine::CheckRequestBytes(request_->ByteSizeLong(),
                                           engine->options().max_request_bytes)) {}

StreamedRun::Started EmbeddedStream::StartRun(engine::Engine* engine, const engine::Caller& caller,
                                              engine::AnswerSink* sink) {
  if (too_large_) return *too_large_;
  return engine->Start(std::move(request_), caller, sink, engine::RunKind::kStreamed);
}

}  // namespace gather::internal
