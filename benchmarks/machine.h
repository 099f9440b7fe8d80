#ifndef BENCHMARKS_MACHINE_H_
#define BENCHMARKS_MACHINE_H_

#include <string>

namespace gather::benchmarks {

// What a report was made on.
struct Machine {
  std::string cpu;  // the model's name; empty if the system does not tell
  int cores = 0;
  std::string kernel;
  std::string grpc;
};

Machine ThisMachine();

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_MACHINE_H_
