#ifndef GATHER_SERVER_METRICS_WORDS_H_
#define GATHER_SERVER_METRICS_WORDS_H_

#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"

namespace gather::server {

// The words that the documentation uses, for labels and logs: SATISFIED, not VERDICT_SATISFIED.
// NONE where there is none.
absl::string_view Word(v1::Mode mode);
absl::string_view Word(v1::Verdict verdict);
absl::string_view Word(v1::Disposition disposition);
absl::string_view Word(v1::Origin origin);
absl::string_view Word(v1::Cause cause);

// NOT_FOUND; UNKNOWN_CODE for what is no code.
absl::string_view CodeWord(int code);

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_WORDS_H_
