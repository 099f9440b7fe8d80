#ifndef GATHER_CLI_MAN_PAGE_H_
#define GATHER_CLI_MAN_PAGE_H_

#include <string>

namespace gather::cli {

// The help's texts as a manual page, in the language of man(7).
std::string ManPage();

}  // namespace gather::cli

#endif  // GATHER_CLI_MAN_PAGE_H_
