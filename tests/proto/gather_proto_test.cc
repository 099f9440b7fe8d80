#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gather/v1/gather.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace gather::v1 {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::FileDescriptor;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAreArray;

std::string TypeOf(const FieldDescriptor& field) {
  if (field.is_map()) {
    const Descriptor& entry = *field.message_type();
    return absl::StrCat("map<", TypeOf(*entry.map_key()), ", ", TypeOf(*entry.map_value()), ">");
  }
  if (field.message_type() != nullptr) return field.message_type()->name();
  if (field.enum_type() != nullptr) return field.enum_type()->name();
  return field.type_name();
}

std::string Describe(const FieldDescriptor& field) {
  std::string presence;
  if (field.is_repeated() && !field.is_map()) {
    presence = "repeated ";
  } else if (field.real_containing_oneof() != nullptr) {
    presence = absl::StrCat("oneof ", field.real_containing_oneof()->name(), " ");
  } else if (field.has_optional_keyword()) {
    presence = "optional ";
  }
  return absl::StrCat(field.containing_type()->name(), ".", field.name(), " = ", field.number(),
                      " ", presence, TypeOf(field));
}

std::vector<std::string> Fields(const FileDescriptor& file) {
  std::vector<std::string> fields;
  for (int i = 0; i < file.message_type_count(); ++i) {
    const Descriptor& message = *file.message_type(i);
    for (int j = 0; j < message.field_count(); ++j) fields.push_back(Describe(*message.field(j)));
  }
  return fields;
}

std::vector<std::string> EnumValues(const FileDescriptor& file) {
  std::vector<std::string> values;
  for (int i = 0; i < file.enum_type_count(); ++i) {
    const EnumDescriptor& type = *file.enum_type(i);
    for (int j = 0; j < type.value_count(); ++j) {
      values.push_back(absl::StrCat(type.value(j)->name(), " = ", type.value(j)->number()));
    }
  }
  return values;
}

std::vector<std::string> Methods(const ServiceDescriptor& service) {
  std::vector<std::string> methods;
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    methods.push_back(
        absl::StrCat(method.full_name(), "(", method.client_streaming() ? "stream " : "",
                     method.input_type()->name(), ") -> ",
                     method.server_streaming() ? "stream " : "", method.output_type()->name()));
  }
  return methods;
}

const FileDescriptor& GatherFile() { return *GatherRequest::descriptor()->file(); }

// Clients are built against these four lines.
TEST(GatherProtoTest, MethodsKeepTheirNamesAndShapes) {
  EXPECT_THAT(Methods(*GatherFile().FindServiceByName("GatherService")),
              UnorderedElementsAreArray({
                  "gather.v1.GatherService.Gather(GatherRequest) -> GatherResponse",
                  "gather.v1.GatherService.AsCompleted(GatherRequest) -> stream GatherEvent",
                  "gather.v1.GatherService.TaskGroup(stream TaskGroupRequest) -> "
                  "stream TaskGroupResponse",
                  "gather.v1.GatherService.GetCapabilities(GetCapabilitiesRequest) -> "
                  "Capabilities",
              }));
}

// New fields may join; a listed one never changes its number, type or presence. Long, since it is
// the whole contract in one table.
// NOLINTNEXTLINE(readability-function-size)
TEST(GatherProtoTest, FieldsKeepTheirNumbersTypesAndPresence) {
  EXPECT_THAT(Fields(GatherFile()), IsSupersetOf({
                                        "GatherRequest.calls = 1 repeated SubCall",
                                        "GatherRequest.policy = 2 Policy",
                                        "GatherRequest.timeout = 3 Duration",
                                        "GatherRequest.max_concurrency = 4 uint32",
                                        "GatherRequest.defaults = 5 SubCall",
                                        "GatherRequest.label = 6 string",
                                        "GatherRequest.validate_only = 7 bool",
                                        "Policy.mode = 1 Mode",
                                        "Policy.min_successes = 2 uint32",
                                        "Policy.max_failures = 3 optional uint32",
                                        "Policy.error_delivery = 4 ErrorDelivery",
                                        "SubCall.id = 1 string",
                                        "SubCall.target = 2 string",
                                        "SubCall.method = 3 string",
                                        "SubCall.request = 4 optional bytes",
                                        "SubCall.metadata = 5 repeated Metadata",
                                        "SubCall.timeout = 6 Duration",
                                        "SubCall.retry = 7 RetryPolicy",
                                        "SubCall.hedging = 8 HedgingPolicy",
                                        "SubCall.idempotent = 9 optional bool",
                                        "SubCall.fallback = 10 Fallback",
                                        "SubCall.shielded = 11 optional bool",
                                        "SubCall.requirement = 12 Requirement",
                                        "SubCall.server_streaming = 13 optional bool",
                                        "Metadata.key = 1 string",
                                        "Metadata.value = 2 bytes",
                                        "Fallback.response = 1 bytes",
                                        "Fallback.codes = 2 repeated int32",
                                        "RetryPolicy.max_attempts = 1 uint32",
                                        "RetryPolicy.initial_backoff = 2 Duration",
                                        "RetryPolicy.max_backoff = 3 Duration",
                                        "RetryPolicy.backoff_multiplier = 4 double",
                                        "RetryPolicy.retryable_codes = 5 repeated int32",
                                        "HedgingPolicy.max_attempts = 1 uint32",
                                        "HedgingPolicy.delay = 2 Duration",
                                        "HedgingPolicy.percentile = 3 double",
                                        "HedgingPolicy.non_fatal_codes = 4 repeated int32",
                                        "Status.code = 1 int32",
                                        "Status.message = 2 string",
                                        "Status.details = 3 repeated Any",
                                        "Outcome.index = 1 uint32",
                                        "Outcome.id = 2 string",
                                        "Outcome.disposition = 3 Disposition",
                                        "Outcome.status = 4 Status",
                                        "Outcome.response = 5 bytes",
                                        "Outcome.responses = 6 repeated bytes",
                                        "Outcome.cause = 7 Cause",
                                        "Outcome.caused_by = 8 optional uint32",
                                        "Outcome.origin = 9 Origin",
                                        "Outcome.delivery = 10 Delivery",
                                        "Outcome.timing = 11 Timing",
                                        "Outcome.trailers = 12 repeated Metadata",
                                        "Outcome.from_fallback = 13 bool",
                                        "Timing.queued = 1 Duration",
                                        "Timing.started = 2 Duration",
                                        "Timing.finished = 3 Duration",
                                        "Timing.attempts = 4 uint32",
                                        "Timing.winning_attempt = 5 uint32",
                                        "Timing.peer = 6 string",
                                        "GatherResponse.outcomes = 1 repeated Outcome",
                                        "GatherResponse.decision = 2 Decision",
                                        "GatherResponse.summary = 3 Summary",
                                        "GatherResponse.effective = 4 GatherRequest",
                                        "Decision.verdict = 1 Verdict",
                                        "Decision.decided_by = 2 optional uint32",
                                        "Decision.status = 3 Status",
                                        "Summary.gather_id = 1 string",
                                        "Summary.succeeded = 2 uint32",
                                        "Summary.failed = 3 uint32",
                                        "Summary.cancelled = 4 uint32",
                                        "Summary.not_started = 5 uint32",
                                        "Summary.rejected = 6 uint32",
                                        "Summary.detached = 7 uint32",
                                        "Summary.elapsed = 8 Duration",
                                        "Summary.overhead = 9 Duration",
                                        "Summary.straggler = 10 optional uint32",
                                        "Summary.decision = 11 Decision",
                                        "GatherEvent.outcome = 1 oneof event Outcome",
                                        "GatherEvent.summary = 2 oneof event Summary",
                                        "TaskGroupRequest.open = 1 oneof request Open",
                                        "TaskGroupRequest.add = 2 oneof request SubCall",
                                        "TaskGroupRequest.cancel = 3 oneof request CancelSubCall",
                                        "TaskGroupRequest.end_early = 4 oneof request EndEarly",
                                        "TaskGroupRequest.join = 5 oneof request Join",
                                        "Open.policy = 1 Policy",
                                        "Open.timeout = 2 Duration",
                                        "Open.max_concurrency = 3 uint32",
                                        "Open.defaults = 4 SubCall",
                                        "Open.label = 5 string",
                                        "CancelSubCall.id = 1 string",
                                        "TaskGroupResponse.opened = 1 oneof response Opened",
                                        "TaskGroupResponse.outcome = 2 oneof response Outcome",
                                        "TaskGroupResponse.summary = 3 oneof response Summary",
                                        "Opened.gather_id = 1 string",
                                        "GatherFailure.gather_id = 1 string",
                                        "GatherFailure.decision = 2 Decision",
                                        "GatherFailure.failures = 3 repeated SubCallFailure",
                                        "GatherFailure.total_failures = 4 uint32",
                                        "GatherFailure.summary = 5 Summary",
                                        "SubCallFailure.index = 1 uint32",
                                        "SubCallFailure.id = 2 string",
                                        "SubCallFailure.status = 3 Status",
                                        "SubCallFailure.origin = 4 Origin",
                                        "SubCallFailure.delivery = 5 Delivery",
                                        "ErrorInfo.reason = 1 string",
                                        "ErrorInfo.domain = 2 string",
                                        "ErrorInfo.metadata = 3 map<string, string>",
                                        "RetryInfo.retry_delay = 1 Duration",
                                        "Capabilities.version = 1 string",
                                        "Capabilities.max_calls = 2 uint32",
                                        "Capabilities.max_request_bytes = 3 uint64",
                                        "Capabilities.max_response_bytes = 4 uint64",
                                        "Capabilities.max_timeout = 5 Duration",
                                        "Capabilities.max_concurrency = 6 uint32",
                                        "Capabilities.modes = 7 repeated Mode",
                                        "Capabilities.targets = 8 repeated TargetInfo",
                                        "TargetInfo.name = 1 string",
                                        "TargetInfo.methods = 2 repeated string",
                                    }));
}

TEST(GatherProtoTest, EnumValuesKeepTheirNumbers) {
  EXPECT_THAT(EnumValues(GatherFile()), IsSupersetOf({
                                            "MODE_UNSPECIFIED = 0",
                                            "MODE_FAIL_FAST = 1",
                                            "MODE_COLLECT = 2",
                                            "MODE_PROPAGATE = 3",
                                            "MODE_ANY = 4",
                                            "MODE_RACE = 5",
                                            "MODE_QUORUM = 6",
                                            "ERROR_DELIVERY_UNSPECIFIED = 0",
                                            "ERROR_DELIVERY_AS_STATUS = 1",
                                            "ERROR_DELIVERY_AS_RESPONSE = 2",
                                            "REQUIREMENT_UNSPECIFIED = 0",
                                            "REQUIREMENT_OPTIONAL = 1",
                                            "REQUIREMENT_REQUIRED = 2",
                                            "DISPOSITION_UNSPECIFIED = 0",
                                            "DISPOSITION_SUCCEEDED = 1",
                                            "DISPOSITION_FAILED = 2",
                                            "DISPOSITION_CANCELLED = 3",
                                            "DISPOSITION_NOT_STARTED = 4",
                                            "DISPOSITION_REJECTED = 5",
                                            "DISPOSITION_DETACHED = 6",
                                            "CAUSE_UNSPECIFIED = 0",
                                            "CAUSE_CALLER = 1",
                                            "CAUSE_GATHER_DEADLINE = 2",
                                            "CAUSE_SUB_CALL_DEADLINE = 3",
                                            "CAUSE_SIBLING_FAILED = 4",
                                            "CAUSE_DECIDED = 5",
                                            "CAUSE_GROUP_ENDED = 6",
                                            "CAUSE_OWN_HANDLE = 7",
                                            "CAUSE_SHUTDOWN = 8",
                                            "CAUSE_LIMIT = 9",
                                            "ORIGIN_UNSPECIFIED = 0",
                                            "ORIGIN_BACKEND = 1",
                                            "ORIGIN_TRANSPORT = 2",
                                            "ORIGIN_ORCHESTRATOR = 3",
                                            "DELIVERY_UNSPECIFIED = 0",
                                            "DELIVERY_NEVER_SENT = 1",
                                            "DELIVERY_EFFECT_UNKNOWN = 2",
                                            "DELIVERY_ANSWERED = 3",
                                            "VERDICT_UNSPECIFIED = 0",
                                            "VERDICT_SATISFIED = 1",
                                            "VERDICT_FAILED = 2",
                                            "VERDICT_DEADLINE_EXCEEDED = 3",
                                            "VERDICT_CANCELLED = 4",
                                        }));
}

}  // namespace
}  // namespace gather::v1
