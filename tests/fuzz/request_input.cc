#include "tests/fuzz/request_input.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "engine/call_checker.h"
#include "engine/plan.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "engine/request.h"
#include "engine/request_cutter.h"
#include "engine/request_reader.h"
#include "engine/rpc_status.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"

namespace gather::fuzz {
namespace {

using engine::Plan;
using engine::PlannedCall;
using engine::Refusal;

constexpr std::uint64_t kMaxRequestBytes = 1 << 20;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

const engine::TargetTable& Targets() {
  static const auto* const targets = new engine::TargetTable(
      *engine::TargetTable::Create({{"users", "127.0.0.1:1"}, {"posts", "127.0.0.1:2"}}));
  return *targets;
}

engine::PlanLimits Limits() {
  engine::PlanLimits limits;
  limits.max_calls = 64;  // few, so that what is beyond is found
  limits.max_concurrency = 16;
  return limits;
}

void TryRefusal(const Refusal& refusal) {
  Require(refusal.code > 0 && refusal.code <= 16, "a refusal has a code");
  Require(!refusal.reason.empty(), "a refusal has a reason");
  Require(!refusal.message.empty(), "a refusal says what is wrong");
  const engine::RpcStatus status = engine::ToRpcStatus(refusal);
  Require(status.message.size() <= 512, "a message fits into a status");
  Require(status.details.size() <= 4096, "details fit into trailers");
  v1::Status details;
  Require(details.ParseFromString(status.details), "details are a status");
  Require(details.details_size() >= 1, "details hold an ErrorInfo");
}

void TryCall(const PlannedCall& call) {
  Require(call.sub_call != nullptr && !call.sub_call->id().empty(), "a planned call has an id");
  Require((call.target == nullptr) == (call.refusal != nullptr),
          "a planned call has a target or a refusal");
  Require(!call.timeout || call.timeout->count() > 0, "a timeout is positive");
  if (call.refusal) return TryRefusal(*call.refusal);
  Require(!call.method.empty() && call.method.front() == '/', "a method begins with a slash");
  Require(call.metadata.size() <= 64, "metadata is bounded");
}

// What was planned, written out, is planned again, and as the same.
void TryEffective(const Plan& plan) {
  const v1::GatherRequest effective = engine::Effective(plan);
  auto again =
      engine::MakePlan(std::make_unique<v1::GatherRequest>(effective), Targets(), Limits());
  Require(std::holds_alternative<Plan>(again), "the effective request is accepted");
  Require(
      engine::Effective(std::get<Plan>(again)).SerializeAsString() == effective.SerializeAsString(),
      "the effective request is effective as it stands");
}

void TryPlan(const Plan& plan) {
  Require(plan.calls.size() <= Limits().max_calls, "no more calls than allowed");
  Require(plan.max_concurrency >= 1 && plan.max_concurrency <= Limits().max_concurrency,
          "concurrency is bounded");
  Require(plan.policy.mode() != v1::MODE_UNSPECIFIED, "the mode is resolved");
  std::set<std::string> ids;
  for (const PlannedCall& call : plan.calls) {
    TryCall(call);
    Require(ids.insert(call.sub_call->id()).second, "ids are unique");
  }
  TryEffective(plan);
}

grpc::ByteBuffer ToBuffer(const std::uint8_t* bytes, std::size_t size) {
  const grpc::Slice slice(bytes, size);
  return grpc::ByteBuffer(&slice, 1);
}

std::string Joined(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  Require(buffer.DumpToSingleSlice(&slice).ok(), "a payload can be read");
  return std::string(slice.begin(), slice.end());
}

v1::SubCall* CallOf(std::uint32_t index, v1::GatherRequest* request) {
  Require(index < static_cast<std::uint32_t>(request->calls_size()), "a payload is of a call");
  return request->mutable_calls(static_cast<int>(index));
}

v1::SubCall* CallOf(std::uint32_t index, v1::TaskGroupRequest* request) {
  Require(request->has_add() && index == 0, "a payload is of the added call");
  return request->mutable_add();
}

// What is cut, and put together again, is what protobuf makes of the same bytes.
template <typename Message, typename Cut>
void TryCut(const std::uint8_t* bytes, std::size_t size, Cut cut_out) {
  std::vector<grpc::Slice> slices;
  const std::size_t slice_bytes = 1 + size % 29;
  for (std::size_t at = 0; at < size; at += slice_bytes) {
    slices.emplace_back(bytes + at, std::min(slice_bytes, size - at));
  }
  const engine::CutFrom all{.request_bytes = 0, .slice_bytes = 0, .payload_bytes = 1 + size % 3};
  const auto cut = cut_out(absl::MakeConstSpan(slices), all);
  if (!cut) return;
  Message whole;
  const bool parsed = whole.ParseFromArray(bytes, static_cast<int>(size));
  Message joined;
  Require(joined.ParseFromString(cut->rest) == parsed, "what is cut parses when the whole does");
  if (!parsed) return;
  for (const engine::KeptPayload& kept : cut->payloads) {
    v1::SubCall* const call = CallOf(kept.index, &joined);
    Require(call->has_request() && call->request().empty(), "a kept payload left its place empty");
    call->set_request(Joined(kept.payload));
  }
  Require(joined.SerializeAsString() == whole.SerializeAsString(), "what was cut is the request");
}

void TryGather(const std::uint8_t* bytes, std::size_t size) {
  TryCut<v1::GatherRequest>(bytes, size, &engine::CutPayloads);
  grpc::ByteBuffer buffer = ToBuffer(bytes, size);
  auto read = engine::ReadRequest(&buffer, kMaxRequestBytes);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return TryRefusal(*refusal);
  auto planned = engine::MakePlan(std::move(std::get<engine::Request>(read)), Targets(), Limits());
  if (const auto* refusal = std::get_if<Refusal>(&planned)) return TryRefusal(*refusal);
  TryPlan(std::get<Plan>(planned));
}

// A group as far as it has come.
class Group {
 public:
  // False: the RPC is over.
  bool Take(engine::GroupRequest request) {
    v1::TaskGroupRequest& message = request.message;
    if (message.has_open() && !plan_.adds) return Open(std::move(*message.mutable_open()));
    if (message.has_add() && plan_.adds) return Add(std::move(*message.mutable_add()));
    if (message.has_cancel() && plan_.adds) plan_.adds->IndexOf(message.cancel().id());
    return plan_.adds != nullptr;
  }

 private:
  bool Open(v1::Open open) {
    auto planned = engine::MakeGroupPlan(std::move(open), Targets(), Limits());
    if (const auto* refusal = std::get_if<Refusal>(&planned)) {
      TryRefusal(*refusal);
      return false;
    }
    plan_ = std::move(std::get<Plan>(planned));
    Require(plan_.adds != nullptr, "a group has a checker for what is added");
    return true;
  }

  bool Add(v1::SubCall call) {
    auto& added = added_.emplace_back(std::make_unique<engine::AddedCall>());
    added->message = std::move(call);
    const auto refusal =
        plan_.adds->CheckAdded(static_cast<std::uint32_t>(added_.size() - 1), added.get());
    if (refusal) {
      TryRefusal(*refusal);
      return false;
    }
    TryCall(added->planned);
    return true;
  }

  Plan plan_;
  std::vector<std::unique_ptr<engine::AddedCall>> added_;
};

void TryGroup(const std::uint8_t* bytes, std::size_t size) {
  Group group;
  while (size > 0) {
    const std::size_t length = std::min<std::size_t>(bytes[0], size - 1);
    TryCut<v1::TaskGroupRequest>(bytes + 1, length, &engine::CutAddedPayload);
    grpc::ByteBuffer buffer = ToBuffer(bytes + 1, length);
    auto read = engine::ReadGroupRequest(&buffer, kMaxRequestBytes);
    if (const auto* refusal = std::get_if<Refusal>(&read)) return TryRefusal(*refusal);
    if (!group.Take(std::move(std::get<engine::GroupRequest>(read)))) return;
    bytes += 1 + length;
    size -= 1 + length;
  }
}

}  // namespace

void TryRequest(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return;
  if (bytes[0] % 2 == 0) {
    TryGather(bytes + 1, size - 1);
  } else {
    TryGroup(bytes + 1, size - 1);
  }
}

}  // namespace gather::fuzz
