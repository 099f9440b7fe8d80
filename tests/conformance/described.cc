#include "tests/conformance/described.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"

namespace gather::conformance {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "cpp_column: there is no %s\n", what.c_str());
  std::abort();
}

Text MakeText(const std::string& value) {
  Text text;
  text.set_value(value);
  return text;
}

Text RequestOf(const Call& call) {
  if (call.request_fill() == 0) return MakeText(call.request());
  return MakeText(std::string(static_cast<std::size_t>(call.request_fill()), 'x'));
}

// What a sub-call and a gather's defaults have in common.
template <typename Described>
void SetShared(const Call& call, Described* described) {
  for (const auto& [key, value] : call.metadata()) {
    std::string bytes = value;
    if (absl::EndsWith(key, "-bin") && !absl::Base64Unescape(value, &bytes)) Die("base64 " + value);
    described->Metadata(key, bytes);
  }
  if (call.has_timeout_ms()) described->Timeout(absl::Milliseconds(call.timeout_ms()));
  if (call.idempotent()) described->Idempotent();
}

template <typename Reply>
void SetFallback(const Fallback& fallback, gather::Call<Reply>* described) {
  const Text reply = MakeText(fallback.reply());
  switch (fallback.codes_size()) {
    case 0:
      described->Fallback(reply);
      break;
    case 1:
      described->Fallback(reply, ToCode(fallback.codes(0)));
      break;
    case 2:
      described->Fallback(reply, ToCode(fallback.codes(0)), ToCode(fallback.codes(1)));
      break;
    default:
      Die("case with so many codes");
  }
}

template <typename Reply>
gather::Call<Reply> Make(const Call& call) {
  gather::Call<Reply> described(call.target(), call.method(), RequestOf(call));
  SetShared(call, &described);
  if (!call.id().empty()) described.Id(call.id());
  if (call.has_fallback()) SetFallback(call.fallback(), &described);
  if (call.shielded()) described.Shielded();
  if (call.requirement() == "REQUIRED") described.Required();
  return described;
}

gather::Policy PolicyOf(const Options& options) {
  if (options.mode() == "FAIL_FAST") return FailFast();
  if (options.mode() == "COLLECT") {
    return options.has_max_failures() ? Collect(options.max_failures()) : Collect();
  }
  if (options.mode() == "PROPAGATE") return Propagate();
  if (options.mode() == "ANY") return Any();
  if (options.mode() == "RACE") return Race();
  if (options.mode() == "QUORUM") return Quorum(options.min_successes());
  Die("mode " + options.mode());
}

}  // namespace

absl::StatusCode ToCode(const std::string& name) {
  for (int code = 0; code <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++code) {
    const auto status_code = static_cast<absl::StatusCode>(code);
    if (absl::StatusCodeToString(status_code) == name) return status_code;
  }
  Die("code " + name);
}

AnyCall Describe(const Call& call) {
  if (call.server_streaming()) return Make<std::vector<Text>>(call);
  if (call.requirement() == "OPTIONAL") return Make<Text>(call).Optional();
  return Make<Text>(call);
}

std::vector<AnyCall> DescribeAll(const Case& played) {
  std::vector<AnyCall> all;
  for (const Call& call : played.calls()) {
    const auto times = static_cast<std::size_t>(std::max(call.repeat(), 1));
    all.insert(all.end(), times, Describe(call));
  }
  return all;
}

gather::Options Describe(const Options& options) {
  gather::Options described;
  if (!options.mode().empty()) described.policy = PolicyOf(options);
  if (options.has_timeout_ms()) described.timeout = absl::Milliseconds(options.timeout_ms());
  described.max_concurrency = static_cast<std::uint32_t>(options.max_concurrency());
  described.label = options.label();
  SetShared(options.defaults(), &described.defaults);
  return described;
}

}  // namespace gather::conformance
