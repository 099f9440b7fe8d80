#ifndef GATHER_CLIENT_UNREADABLE_REPLY_H_
#define GATHER_CLIENT_UNREADABLE_REPLY_H_

#include "gather/named_call.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// Turns a SUCCEEDED outcome whose reply is none of the expected type into what it is: the
// sub-call's fallback, where it has one that matches and that was not the unreadable reply itself,
// else FAILED with INTERNAL. `fallback` may be null. Whether the fallback took its place.
bool ReplaceUnreadableReply(const NamedCall& call, const v1::Fallback* fallback,
                            v1::Outcome* outcome);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_UNREADABLE_REPLY_H_
