#include "cli/prepared_call.h"

#include "absl/strings/str_cat.h"
#include "cli/descriptor_files.h"
#include "cli/files.h"
#include "cli/request_draft.h"
#include "cli/settings.h"

namespace gather::cli {
namespace {

// The file's gather, with what the flags say instead.
absl::StatusOr<v1::GatherRequest> DraftOf(CommandLine line) {
  if (line.request_file.empty()) return std::move(line.draft);
  const auto text = ReadFile(line.request_file);
  if (!text.ok()) return text.status();
  auto draft = ReadDraft(*text);
  if (!draft.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(line.request_file, ": ", draft.status().message()));
  }
  // Messages stand instead of the file's as wholes, but for the policy and the defaults.
  if (line.draft.has_timeout()) draft->clear_timeout();
  const v1::SubCall& defaults = line.draft.defaults();
  if (defaults.has_timeout()) draft->mutable_defaults()->clear_timeout();
  if (defaults.has_fallback()) draft->mutable_defaults()->clear_fallback();
  draft->MergeFrom(line.draft);
  return draft;
}

absl::StatusOr<std::unique_ptr<Schemas>> MakeSchemas(const gatherctl::v1::Settings& settings) {
  std::unique_ptr<DescriptorFiles> files;
  if (!settings.protos().empty() || !settings.descriptor_sets().empty()) {
    auto read = DescriptorFiles::Read(settings);
    if (!read.ok()) return read.status();
    files = *std::move(read);
  }
  return std::make_unique<Schemas>(settings, std::move(files));
}

}  // namespace

absl::StatusOr<PreparedCall> Prepare(CommandLine line) {
  const auto settings = LoadSettings(line);
  if (!settings.ok()) return settings.status();
  auto metadata = RpcMetadata(*settings, std::move(line.metadata));
  if (!metadata.ok()) return metadata.status();
  auto draft = DraftOf(std::move(line));
  if (!draft.ok()) return draft.status();
  auto client = MakeClient(*settings, *draft);
  if (!client.ok()) return client.status();
  auto schemas = MakeSchemas(*settings);
  if (!schemas.ok()) return schemas.status();
  auto types = Encode(schemas->get(), &*draft);
  if (!types.ok()) return types.status();
  if (draft->policy().error_delivery() == v1::ERROR_DELIVERY_UNSPECIFIED) {
    draft->mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
  }
  Roster roster(*draft, *std::move(types));
  const std::string door = settings->server().empty()
                               ? std::string("without a server")
                               : absl::StrCat("through ", settings->server());
  return PreparedCall{
      *std::move(draft), *std::move(metadata), *std::move(schemas), std::move(roster), door,
      *std::move(client)};
}

}  // namespace gather::cli
