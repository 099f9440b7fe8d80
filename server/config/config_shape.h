#ifndef GATHER_SERVER_CONFIG_CONFIG_SHAPE_H_
#define GATHER_SERVER_CONFIG_CONFIG_SHAPE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>

#include "server/config/mistakes.h"

namespace gather::server {

// Notes where a JSON object has not the shape of a message: fields that the message does not have,
// or that are given twice under both of their names, and values of a wrong type. Stricter than
// protobuf's own reading, which takes "yes" for true and one value for a list.
void CheckShape(const google::protobuf::Struct& json, const google::protobuf::Descriptor& type,
                const Place& place);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_CONFIG_SHAPE_H_
