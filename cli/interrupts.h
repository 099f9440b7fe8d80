#ifndef GATHER_CLI_INTERRUPTS_H_
#define GATHER_CLI_INTERRUPTS_H_

namespace gather::cli {

// While it lives, the first SIGINT or SIGTERM ends nothing but makes descriptor() readable; a
// second one does what it always does. Signals that are ignored stay so. At most one at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int descriptor() const;

  // The signal that came; 0: none.
  int signal() const;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_INTERRUPTS_H_
