#include "engine/metadata_merge.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"

namespace gather::engine {
namespace {

constexpr int kMaxEntries = 64;  // also the number of bits in the mask of replaced entries
constexpr std::size_t kMaxBytes = 8192;

Field MetadataField(std::uint32_t index) { return {"metadata", index}; }

bool IsKeyCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
}

// What is wrong with one entry, or nothing.
std::string Problem(const v1::Metadata& entry) {
  const absl::string_view key = entry.key();
  if (key.empty()) return "an empty key";
  if (IsReservedKey(key)) return absl::StrCat("key ", Quoted(key), " is reserved");
  if (!std::all_of(key.begin(), key.end(), IsKeyCharacter)) {
    return absl::StrCat("key ", Quoted(key), " has characters other than [a-z0-9_.-]");
  }
  if (!absl::EndsWith(key, "-bin") && !IsPrintable(entry.value())) {
    return absl::StrCat("the value of ", Quoted(key),
                        " is not printable ASCII; other bytes need a key that ends in -bin");
  }
  return "";
}

Refusal TooMany(std::uint32_t index, std::size_t count) {
  return RefuseArgument(MetadataField(index), "BAD_METADATA",
                        absl::StrCat(count, " entries, the defaults' included; at most 64"), "64");
}

}  // namespace

bool IsReservedKey(absl::string_view key) {
  static constexpr absl::string_view kReserved[] = {"te", "content-type", "user-agent",
                                                    "connection", "host"};
  return absl::StartsWith(key, ":") || absl::StartsWith(key, "grpc-") ||
         absl::StartsWith(key, "gather-") ||
         std::find(std::begin(kReserved), std::end(kReserved), key) != std::end(kReserved);
}

bool IsIdentityKey(absl::string_view key) {
  return key == "authorization" || key == "proxy-authorization" || key == "cookie" ||
         key == "forwarded" || key == "x-real-ip" || absl::StartsWith(key, "x-forwarded-");
}

MetadataMerge::MetadataMerge(const v1::SubCall& defaults) : defaults_(defaults) {
  if (defaults.metadata_size() > kMaxEntries) return;
  entries_.reserve(defaults.metadata_size());
  for (const v1::Metadata& entry : defaults.metadata()) {
    bits_of_key_[entry.key()] |= std::uint64_t{1} << entries_.size();
    entries_.push_back({&entry, Problem(entry)});
  }
}

std::uint64_t MetadataMerge::Overridden(const v1::SubCall& call) const {
  std::uint64_t overridden = 0;
  for (const v1::Metadata& entry : call.metadata()) {
    const auto found = bits_of_key_.find(entry.key());
    if (found != bits_of_key_.end()) overridden |= found->second;
  }
  return overridden;
}

std::optional<Refusal> MetadataMerge::AddDefaults(const v1::SubCall& call, std::uint32_t index,
                                                  std::vector<const v1::Metadata*>* merged) const {
  const std::uint64_t overridden = entries_.empty() ? 0 : Overridden(call);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if ((overridden >> i & 1) != 0) continue;
    if (!entries_[i].problem.empty()) {
      return RefuseArgument(MetadataField(index), "BAD_METADATA", entries_[i].problem);
    }
    merged->push_back(entries_[i].metadata);
  }
  return std::nullopt;
}

std::optional<Refusal> MetadataMerge::Merge(const v1::SubCall& call, std::uint32_t index,
                                            std::vector<const v1::Metadata*>* merged) const {
  // Each side alone is bounded first, or many defaults times many calls would be a lot of work.
  const int most = std::max(defaults_.metadata_size(), call.metadata_size());
  if (most > kMaxEntries) return TooMany(index, most);
  if (most == 0) return std::nullopt;
  merged->reserve(entries_.size() + call.metadata_size());
  if (auto refusal = AddDefaults(call, index, merged)) return refusal;
  for (const v1::Metadata& entry : call.metadata()) {
    std::string problem = Problem(entry);
    if (!problem.empty()) return RefuseArgument(MetadataField(index), "BAD_METADATA", problem);
    merged->push_back(&entry);
  }
  if (merged->size() > kMaxEntries) return TooMany(index, merged->size());
  std::size_t bytes = 0;
  for (const v1::Metadata* entry : *merged) bytes += entry->key().size() + entry->value().size();
  if (bytes > kMaxBytes) {
    return RefuseArgument(MetadataField(index), "BAD_METADATA",
                          absl::StrCat(bytes, " bytes, the defaults' included; at most 8192"),
                          "8192");
  }
  return std::nullopt;
}

}  // namespace gather::engine
