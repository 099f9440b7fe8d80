#ifndef BENCHMARKS_EMBEDDED_LOAD_H_
#define BENCHMARKS_EMBEDDED_LOAD_H_

#include "benchmarks/load.h"
#include "gather/gather.h"

namespace gather::benchmarks {

// Gathers through an engine in this process, which has no connections to choose from.
class EmbeddedLoad final : public Loader {
 public:
  // The client must outlive this, and have one worker.
  explicit EmbeddedLoad(const Client& client) : client_(client) {}

  LoadTimes Run(const Load& load) override;

 private:
  class Chain;

  const Client& client_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_EMBEDDED_LOAD_H_
