#include "cli/reflection.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <chrono>

namespace gather::cli {
namespace {

using google::protobuf::FileDescriptorProto;

constexpr std::chrono::seconds kPatience(5);

// The two versions differ in nothing but the service's name.
constexpr char kOlder[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr char kNewer[] = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

// One question on a stream of its own.
template <typename Question, typename Answer>
grpc::Status AskOnce(const std::shared_ptr<grpc::Channel>& channel, const char* method,
                     const Question& question, Answer* answer) {
  grpc::CompletionQueue queue;
  const auto completed = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::TemplatedGenericStub<Question, Answer> stub(channel);
  const auto stream = stub.PrepareCall(&context, method, &queue);
  stream->StartCall(nullptr);
  bool ok = completed();
  if (ok) {
    stream->WriteLast(question, grpc::WriteOptions(), nullptr);
    ok = completed();
  }
  bool answered = false;
  if (ok) {
    stream->Read(answer, nullptr);
    answered = completed();
  }
  grpc::Status status;
  stream->Finish(&status, nullptr);
  completed();
  if (status.ok() && !answered) {
    return {grpc::StatusCode::INTERNAL, "server reflection ended without an answer"};
  }
  return status;
}

}  // namespace

absl::StatusOr<ReflectionDatabase::Answer> ReflectionDatabase::Ask(const Question& question) {
  Answer answer;
  grpc::Status status = AskOnce(channel_, newer_ ? kNewer : kOlder, question, &answer);
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && !newer_) {
    newer_ = true;
    status = AskOnce(channel_, kNewer, question, &answer);
  }
  if (status.ok()) return answer;
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

void ReflectionDatabase::Learn(const Question& question) {
  const absl::StatusOr<Answer> answer = Ask(question);
  status_ = answer.status();
  if (!answer.ok()) return;
  for (const std::string& bytes : answer->file_descriptor_response().file_descriptor_proto()) {
    FileDescriptorProto file;
    FileDescriptorProto known;
    if (!file.ParseFromString(bytes)) {
      status_ = absl::InternalError("server reflection answered with what is no description");
    } else if (!known_.FindFileByName(file.name(), &known)) {
      known_.Add(file);
    }
  }
}

bool ReflectionDatabase::FindFileByName(const std::string& name, FileDescriptorProto* file) {
  if (known_.FindFileByName(name, file)) return true;
  if (!status_.ok() || !asked_.insert(name).second) return false;
  Question question;
  question.set_file_by_filename(name);
  Learn(question);
  return known_.FindFileByName(name, file);
}

bool ReflectionDatabase::FindFileContainingSymbol(const std::string& symbol,
                                                  FileDescriptorProto* file) {
  if (known_.FindFileContainingSymbol(symbol, file)) return true;
  if (!status_.ok() || !asked_.insert(symbol).second) return false;
  Question question;
  question.set_file_containing_symbol(symbol);
  Learn(question);
  return known_.FindFileContainingSymbol(symbol, file);
}

}  // namespace gather::cli
