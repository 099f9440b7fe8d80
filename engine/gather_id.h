#ifndef GATHER_ENGINE_GATHER_ID_H_
#define GATHER_ENGINE_GATHER_ID_H_

#include <string>

namespace gather::engine {

// 128 random bits in hexadecimal: what a gather is called in answers, logs and traces. From any
// thread.
std::string NewGatherId();

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GATHER_ID_H_
