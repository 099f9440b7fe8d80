#ifndef GATHER_CLIENT_CODEGEN_CALLS_HEADER_H_
#define GATHER_CLIENT_CODEGEN_CALLS_HEADER_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/printer.h"

namespace gather::codegen {

// Prints the header of the calls that the services of `file` offer: in a namespace for each
// service, a function for each method that a gather can call, and a comment for each that it
// cannot.
//
//   namespace demo::calls::Users {
//   inline ::gather::Call<::demo::User> GetUser(…target, const ::demo::GetUserRequest& request);
//   }
//
// A method that streams its replies makes a Call<std::vector<Reply>>. One whose idempotency_level
// says that it may be repeated makes a call that says so, too. Comments and `deprecated` go along.
// `printer` has '$' around variables.
void PrintCallsHeader(const google::protobuf::FileDescriptor& file,
                      google::protobuf::io::Printer* printer);

// Why that header would not compile; empty if it does.
std::string CallsProblem(const google::protobuf::FileDescriptor& file);

}  // namespace gather::codegen

#endif  // GATHER_CLIENT_CODEGEN_CALLS_HEADER_H_
