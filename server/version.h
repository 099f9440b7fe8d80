#ifndef GATHER_SERVER_VERSION_H_
#define GATHER_SERVER_VERSION_H_

namespace gather::server {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace gather::server

#endif  // GATHER_SERVER_VERSION_H_
