#ifndef GATHER_CLIENT_CODEGEN_CPP_NAME_H_
#define GATHER_CLIENT_CODEGEN_CPP_NAME_H_

#include <string>

namespace gather::codegen {

// What stands in C++ for that name of a service or method: itself, with an underscore behind it
// where it is a word of the language.
std::string CppName(const std::string& name);

}  // namespace gather::codegen

#endif  // GATHER_CLIENT_CODEGEN_CPP_NAME_H_
