#ifndef GATHER_SERVER_CONFIG_TARGET_CHECK_H_
#define GATHER_SERVER_CONFIG_TARGET_CHECK_H_

#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// Notes what is wrong with `targets`, but for the contents of files.
void CheckTargets(const config::v1::ServerConfig& config, const Place& root);

// Notes which patterns of the field are no methods.
void CheckMethodPatterns(const google::protobuf::RepeatedPtrField<std::string>& patterns,
                         absl::string_view field, const Place& place);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_TARGET_CHECK_H_
