#include "cli/request_draft.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/json_problem.h"
#include "cli/opened_types.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"

namespace gather::cli {
namespace {

using google::protobuf::Value;

// Beyond, neighbouring integers have the same double.
constexpr double kLargestExact = 9007199254740992;  // 2^53

absl::Status Wrong(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

// Whether no number in it may have been rounded while it was read.
bool IsExact(const Value& value) {
  switch (value.kind_case()) {
    case Value::kNumberValue:
      return std::abs(value.number_value()) < kLargestExact;
    case Value::kListValue:
      for (const Value& element : value.list_value().values()) {
        if (!IsExact(element)) return false;
      }
      return true;
    case Value::kStructValue:
      for (const auto& [name, member] : value.struct_value().fields()) {
        if (!IsExact(member)) return false;
      }
      return true;
    default:
      return true;
  }
}

// Replaces a serialised google.protobuf.Value by its JSON text.
absl::Status ToText(absl::string_view field, std::string* bytes) {
  Value value;
  if (!value.ParseFromString(*bytes)) return Wrong(field, "cannot be read");
  if (!IsExact(value)) {
    return Wrong(field, "numbers of 2^53 and more are written as strings, \"9007199254740993\"");
  }
  bytes->clear();
  const auto status = google::protobuf::util::MessageToJsonString(value, bytes);
  return status.ok() ? absl::OkStatus() : Wrong(field, JsonProblem(status));
}

absl::Status ToTexts(const std::string& place, v1::SubCall* call) {
  if (call->has_request()) {
    absl::Status status = ToText(absl::StrCat(place, ".request"), call->mutable_request());
    if (!status.ok()) return status;
    if (call->request() == "null") call->clear_request();
  }
  if (call->fallback().response().empty()) return absl::OkStatus();
  return ToText(absl::StrCat(place, ".fallback.response"),
                call->mutable_fallback()->mutable_response());
}

// Encodes the calls of one draft.
class Encoder {
 public:
  Encoder(Schemas* schemas, const v1::SubCall& defaults) : schemas_(schemas), defaults_(defaults) {}

  // `place` is the call's in messages.
  absl::StatusOr<MethodTypes*> Encode(const std::string& place, v1::SubCall* call) {
    types_ = Types(*call);
    if (types_.ok() && (*types_)->client_streaming()) {
      return Wrong(absl::StrCat(place, ".method"),
                   "takes a stream of requests; a gather calls methods with one request");
    }
    if (types_.ok() && (*types_)->server_streaming() && !call->has_server_streaming() &&
        !defaults_.has_server_streaming()) {
      call->set_server_streaming(true);
    }
    absl::Status status;
    if (call->has_request()) {
      status = EncodeField(absl::StrCat(place, ".request"), &MethodTypes::RequestFromJson,
                           call->mutable_request());
    }
    if (status.ok() && !call->fallback().response().empty()) {
      status = EncodeField(absl::StrCat(place, ".fallback.response"), &MethodTypes::ReplyFromJson,
                           call->mutable_fallback()->mutable_response());
    }
    if (!status.ok()) return status;
    return types_.ok() ? *types_ : nullptr;
  }

 private:
  using FromJson = absl::StatusOr<std::string> (MethodTypes::*)(absl::string_view);

  absl::StatusOr<MethodTypes*> Types(const v1::SubCall& call) {
    return schemas_->Find(call.target().empty() ? defaults_.target() : call.target(),
                          call.method().empty() ? defaults_.method() : call.method());
  }

  absl::Status EncodeField(const std::string& field, FromJson from_json, std::string* text) const {
    const absl::string_view json = absl::StripAsciiWhitespace(*text);
    if (json.empty() || json == "{}") {
      text->clear();
      return absl::OkStatus();
    }
    if (json.front() == '"') return DecodeBase64(field, text);
    if (!types_.ok()) {
      return absl::Status(types_.status().code(),
                          absl::StrCat(field, ": ", types_.status().message()));
    }
    auto bytes = ((*types_)->*from_json)(json);
    if (!bytes.ok()) return Wrong(field, bytes.status().message());
    *text = *std::move(bytes);
    return absl::OkStatus();
  }

  static absl::Status DecodeBase64(const std::string& field, std::string* text) {
    google::protobuf::BytesValue value;
    if (!google::protobuf::util::JsonStringToMessage(*text, &value).ok()) {
      return Wrong(field, "a string must be base64 of the serialised message");
    }
    *text = std::move(*value.mutable_value());
    return absl::OkStatus();
  }

  Schemas* const schemas_;
  const v1::SubCall& defaults_;
  absl::StatusOr<MethodTypes*> types_ = nullptr;
};

// The defaults, with the target and the method of the first call that takes them where they have
// none: one request for many targets.
v1::SubCall NamedDefaults(const v1::GatherRequest& draft) {
  v1::SubCall named = draft.defaults();
  for (const v1::SubCall& call : draft.calls()) {
    if (named.has_request() && call.has_request()) continue;
    if (named.target().empty()) named.set_target(call.target());
    if (named.method().empty()) named.set_method(call.method());
    break;
  }
  return named;
}

absl::Status EncodeDefaults(Schemas* schemas, v1::GatherRequest* draft) {
  v1::SubCall named = NamedDefaults(*draft);
  if (!named.has_request() && !named.has_fallback()) return absl::OkStatus();
  auto types = Encoder(schemas, draft->defaults()).Encode("defaults", &named);
  if (!types.ok()) return types.status();
  v1::SubCall& defaults = *draft->mutable_defaults();
  if (named.has_request()) defaults.set_request(named.request());
  if (named.has_fallback()) *defaults.mutable_fallback() = named.fallback();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::GatherRequest> ReadDraft(absl::string_view json) {
  OpenedTypes types;
  types.Open("gather.v1.SubCall", "request", "google.protobuf.Value");
  types.Open("gather.v1.Fallback", "response", "google.protobuf.Value");
  std::string bytes;
  const auto status = google::protobuf::util::JsonToBinaryString(
      &types, TypeUrl("gather.v1.GatherRequest"), {json.data(), json.size()}, &bytes);
  v1::GatherRequest draft;
  if (!status.ok() || !draft.ParseFromString(bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no JSON of gather.v1.GatherRequest: ", JsonProblem(status)));
  }
  absl::Status texts;
  if (draft.has_defaults()) texts = ToTexts("defaults", draft.mutable_defaults());
  for (int i = 0; i < draft.calls_size() && texts.ok(); ++i) {
    texts = ToTexts(absl::StrCat("calls[", i, "]"), draft.mutable_calls(i));
  }
  if (!texts.ok()) return texts;
  return draft;
}

absl::StatusOr<std::vector<MethodTypes*>> Encode(Schemas* schemas, v1::GatherRequest* draft) {
  absl::Status defaults = EncodeDefaults(schemas, draft);
  if (!defaults.ok()) return defaults;
  Encoder encoder(schemas, draft->defaults());
  std::vector<MethodTypes*> types;
  types.reserve(draft->calls_size());
  for (int i = 0; i < draft->calls_size(); ++i) {
    auto found = encoder.Encode(absl::StrCat("calls[", i, "]"), draft->mutable_calls(i));
    if (!found.ok()) return found.status();
    types.push_back(*found);
  }
  return types;
}

}  // namespace gather::cli
