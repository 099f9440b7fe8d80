#include "cli/flags.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/flag_values.h"

namespace gather::cli {
namespace {

using gatherctl::v1::Settings;
using V = absl::string_view;

constexpr int kGathers = static_cast<int>(Command::kCall) + static_cast<int>(Command::kCheck);
constexpr int kServed = kGathers + static_cast<int>(Command::kCapabilities);
constexpr int kCallOnly = static_cast<int>(Command::kCall);

using Read = std::function<absl::Status(V, CommandLine*)>;
using ReadForCall = std::function<absl::Status(V, v1::SubCall*)>;

// Of a call; for all calls where it stands before the first.
Flag OfCall(V name, V value, V help, const ReadForCall& read) {
  return {name,
          0,
          value,
          help,
          Section::kCall,
          kGathers,
          [read](V text, CommandLine* line) { return read(text, line->draft.mutable_defaults()); },
          read};
}

Read SettingsText(void (*set)(Settings*, std::string)) {
  return [set](V text, CommandLine* line) {
    set(&line->settings, std::string(text));
    return text.empty() ? WrongValue(text, "a name") : absl::OkStatus();
  };
}

// One, or several as gatherd's --targets takes them. An address may itself hold commas, as
// ipv4:10.0.0.1:80,10.0.0.2:80 does.
absl::Status ReadTargets(V text, CommandLine* line) {
  gatherctl::v1::Target* last = nullptr;
  for (const V part : absl::StrSplit(text, ',')) {
    if (last != nullptr && !absl::StrContains(part, '=')) {
      absl::StrAppend(last->mutable_address(), ",", part);
      continue;
    }
    auto named = ReadNamed(part, "NAME=ADDRESS");
    if (!named.ok()) return named.status();
    last = line->settings.add_targets();
    last->set_name(std::move(named->first));
    last->set_address(std::move(named->second));
  }
  return absl::OkStatus();
}

absl::Status ReadOutput(V text, CommandLine* line) {
  for (const auto& [name, output] :
       {std::pair("text", Output::kText), std::pair("json", Output::kJson),
        std::pair("jsonl", Output::kJsonLines)}) {
    if (text != name) continue;
    line->output = output;
    return absl::OkStatus();
  }
  return WrongValue(text, "text, json or jsonl");
}

absl::Status AddMetadata(V text, v1::SubCall* call) {
  auto entry = ReadMetadata(text);
  if (!entry.ok()) return entry.status();
  v1::Metadata& metadata = *call->add_metadata();
  metadata.set_key(std::move(entry->first));
  metadata.set_value(std::move(entry->second));
  return absl::OkStatus();
}

template <void (v1::SubCall::*kSet)(bool)>
absl::Status Switch(V /*text*/, v1::SubCall* call) {
  (call->*kSet)(true);
  return absl::OkStatus();
}

template <v1::Requirement kRequirement>
absl::Status Require(V /*text*/, v1::SubCall* call) {
  call->set_requirement(kRequirement);
  return absl::OkStatus();
}

// Of a gather, and a number.
Flag Number(V name, char letter, V help, void (*set)(v1::GatherRequest*, std::uint32_t)) {
  return {name,
          letter,
          "N",
          help,
          Section::kGather,
          kGathers,
          [set](V text, CommandLine* line) {
            const auto number = ReadNumber(text);
            if (number.ok()) set(&line->draft, *number);
            return number.status();
          },
          nullptr};
}

absl::Status ReadModeFlag(V text, CommandLine* line) {
  const auto mode = ReadMode(text);
  if (mode.ok()) line->draft.mutable_policy()->set_mode(*mode);
  return mode.status();
}

absl::Status ReadHeader(V text, CommandLine* line) {
  const auto entry = ReadMetadata(text);
  if (entry.ok()) line->metadata.push_back(*entry);
  return entry.status();
}

absl::Status ReadLabel(V text, CommandLine* line) {
  line->draft.set_label(std::string(text));
  return absl::OkStatus();
}

absl::Status ReadRequestFile(V text, CommandLine* line) {
  line->request_file = std::string(text);
  return text.empty() ? WrongValue(text, "a file") : absl::OkStatus();
}

std::vector<Flag> GatherFlags() {
  return {
      {"mode", 'm', "MODE",
       "when the gather is decided: fail_fast (the default): all must succeed, the first failure "
       "cancels the rest; collect: all are awaited, failures are results; propagate: the first "
       "failure is told, the rest runs on; any: the first success; race: the first end; quorum: "
       "--min_successes of them",
       Section::kGather, kGathers, &ReadModeFlag, nullptr},
      Number("min_successes", 'k', "how many successes a quorum needs",
             [](v1::GatherRequest* draft, std::uint32_t number) {
               draft->mutable_policy()->set_min_successes(number);
             }),
      Number("max_failures", 0, "with collect: more failures than this cancel the rest (no bound)",
             [](v1::GatherRequest* draft, std::uint32_t number) {
               draft->mutable_policy()->set_max_failures(number);
             }),
      {"timeout", 0, "TIME",
       "how long the gather may take, as 300ms or 1m30s (the server's default, 30s); behind a "
       "call: how long that call may take, waiting included",
       Section::kGather, kGathers,
       [](V text, CommandLine* line) { return ReadTimeout(text, line->draft.mutable_timeout()); },
       [](V text, v1::SubCall* call) { return ReadTimeout(text, call->mutable_timeout()); }},
      Number("max_concurrency", 0, "how many calls may run at once (the server's maximum, 1000)",
             [](v1::GatherRequest* draft, std::uint32_t number) {
               draft->set_max_concurrency(number);
             }),
      {"label", 0, "TEXT", "a name for the gather in the server's log and traces", Section::kGather,
       kGathers, &ReadLabel, nullptr},
      {"header", 0, "KEY=VALUE",
       "metadata of the gather itself, as traceparent; the backends' is --metadata",
       Section::kGather, kServed, &ReadHeader, nullptr},
      {"file", 'f', "FILE",
       "the whole gather: JSON of gather.v1.GatherRequest, \"-\" for standard input; flags stand "
       "instead of what it says",
       Section::kGather, kGathers, &ReadRequestFile, nullptr},
  };
}

std::vector<Flag> CallFlags() {
  Flag id = OfCall("id", "NAME", "its name in results, unique (its index)",
                   [](V text, v1::SubCall* call) {
                     call->set_id(std::string(text));
                     return absl::OkStatus();
                   });
  id.read = nullptr;
  Flag timeout =
      OfCall("call_timeout", "TIME", "its --timeout; before the first call: of each",
             [](V text, v1::SubCall* call) { return ReadTimeout(text, call->mutable_timeout()); });
  return {
      std::move(id),
      std::move(timeout),
      OfCall("metadata", "KEY=VALUE",
             "request metadata for its backend; base64 where the key ends in -bin", &AddMetadata),
      OfCall("optional", "", "its failure fails nothing, its success does not count",
             &Require<v1::REQUIREMENT_OPTIONAL>),
      OfCall("required", "", "its failure fails the gather in every mode",
             &Require<v1::REQUIREMENT_REQUIRED>),
      OfCall("fallback", "JSON", "the reply that stands in for a failure",
             [](V text, v1::SubCall* call) {
               call->mutable_fallback()->set_response(std::string(text));
               return absl::OkStatus();
             }),
      OfCall("fallback_codes", "CODE,…", "for which failures (all), as NOT_FOUND,UNAVAILABLE",
             [](V text, v1::SubCall* call) { return ReadCodes(text, call->mutable_fallback()); }),
      OfCall("idempotent", "", "its backend may see it twice without harm",
             &Switch<&v1::SubCall::set_idempotent>),
      OfCall("shielded", "", "once started it outlives the gather",
             &Switch<&v1::SubCall::set_shielded>),
      OfCall("server_streaming", "",
             "its method streams replies; needed only where its types are not known",
             &Switch<&v1::SubCall::set_server_streaming>),
  };
}

Flag Setting(V name, char letter, V value, V help, Section section, int commands,
             void (*set)(Settings*, std::string)) {
  return {name, letter, value, help, section, commands, SettingsText(set), nullptr};
}

std::vector<Flag> WhereFlags() {
  return {
      Setting("server", 's', "HOST:PORT", "the gatherd to ask", Section::kWhere, kServed,
              [](Settings* s, std::string text) { s->set_server(std::move(text)); }),
      {"target", 't', "NAME=ADDRESS",
       "where a target is; once for each, or with commas between. Without a server gatherctl "
       "gathers by itself from "
       "these; with one it asks them for their types",
       Section::kWhere, kServed, &ReadTargets, nullptr},
      {"embedded", 0, "", "gather without a server, whatever the settings say", Section::kWhere,
       kGathers,
       [](V, CommandLine* line) {
         line->embedded = true;
         return absl::OkStatus();
       },
       nullptr},
      {"tls", 0, "", "speak TLS with the server; the next three imply it", Section::kWhere, kServed,
       [](V, CommandLine* line) {
         line->settings.mutable_tls();
         return absl::OkStatus();
       },
       nullptr},
      Setting(
          "tls_ca", 0, "FILE", "who signs the server's certificate (who this system trusts)",
          Section::kWhere, kServed,
          [](Settings* s, std::string text) { s->mutable_tls()->set_ca_file(std::move(text)); }),
      Setting("tls_certificate", 0, "FILE", "the own certificate, for servers that ask",
              Section::kWhere, kServed,
              [](Settings* s, std::string text) {
                s->mutable_tls()->set_certificate_file(std::move(text));
              }),
      Setting("tls_key", 0, "FILE", "its key", Section::kWhere, kServed,
              [](Settings* s, std::string text) {
                s->mutable_tls()->set_private_key_file(std::move(text));
              }),
      Setting("token_file", 0, "FILE",
              "a file with the token to show the server; GATHER_TOKEN can hold one, too",
              Section::kWhere, kServed,
              [](Settings* s, std::string text) { s->set_token_file(std::move(text)); }),
      {"config", 0, "FILE",
       "settings: JSON of gather.gatherctl.v1.Settings (~/.config/gather/gatherctl.json, if "
       "there is one); flags stand instead of what it says",
       Section::kWhere, kServed,
       [](V text, CommandLine* line) {
         line->settings_file = std::string(text);
         return absl::OkStatus();
       },
       nullptr},
  };
}

std::vector<Flag> TypeFlags() {
  return {
      Setting("proto", 0, "FILE", "a .proto file of the backends' methods", Section::kTypes,
              kGathers, [](Settings* s, std::string text) { s->add_protos(std::move(text)); }),
      Setting("proto_path", 0, "DIRECTORY", "where it and what it imports is (here)",
              Section::kTypes, kGathers,
              [](Settings* s, std::string text) { s->add_proto_paths(std::move(text)); }),
      Setting("descriptor_set", 0, "FILE", "the same, as protoc --descriptor_set_out writes it",
              Section::kTypes, kGathers,
              [](Settings* s, std::string text) { s->add_descriptor_sets(std::move(text)); }),
  };
}

std::vector<Flag> OutputFlags() {
  return {
      {"output", 'o', "FORMAT",
       "text; json: one document of gather.v1.GatherResponse; jsonl: a line for each sub-call as "
       "it ends",
       Section::kOutput, kServed, &ReadOutput, nullptr},
      {"quiet", 'q', "", "no picture, no progress, no summary", Section::kOutput, kCallOnly,
       [](V, CommandLine* line) {
         line->quiet = true;
         return absl::OkStatus();
       },
       nullptr},
  };
}

}  // namespace

const std::vector<Flag>& Flags() {
  static const auto* const flags = [] {
    auto* const all = new std::vector<Flag>;
    for (auto part : {&GatherFlags, &CallFlags, &WhereFlags, &TypeFlags, &OutputFlags}) {
      for (Flag& flag : part()) all->push_back(std::move(flag));
    }
    return all;
  }();
  return *flags;
}

const Flag* FindFlag(absl::string_view name) {
  const std::string wanted = absl::StrReplaceAll(name, {{"-", "_"}});
  for (const Flag& flag : Flags()) {
    if (flag.name == wanted) return &flag;
    if (flag.letter != 0 && wanted == V(&flag.letter, 1)) return &flag;
  }
  return nullptr;
}

absl::string_view Choices(const Flag& flag) {
  if (flag.name == "mode") return "fail_fast collect propagate any race quorum";
  if (flag.name == "output") return "text json jsonl";
  return flag.value == "FILE" || flag.value == "DIRECTORY" ? flag.value : "";
}

}  // namespace gather::cli
