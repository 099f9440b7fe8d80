#include "cli/tls_files.h"

#include <string>
#include <utility>

#include "cli/files.h"

namespace gather::cli {
namespace {

absl::Status ReadInto(const std::string& path, std::string* text) {
  if (path.empty()) return absl::OkStatus();
  auto read = ReadFile(path);
  if (!read.ok()) return read.status();
  *text = *std::move(read);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TlsOptions> ReadTls(const gatherctl::v1::Tls& tls) {
  TlsOptions options;
  if (tls.certificate_file().empty() != tls.private_key_file().empty()) {
    return absl::InvalidArgumentError("a certificate and its key: both or none");
  }
  for (const auto& [path, text] : {std::pair(&tls.ca_file(), &options.authorities),
                                   std::pair(&tls.certificate_file(), &options.certificate_chain),
                                   std::pair(&tls.private_key_file(), &options.private_key)}) {
    const absl::Status read = ReadInto(*path, text);
    if (!read.ok()) return read;
  }
  return options;
}

}  // namespace gather::cli
