#ifndef GATHER_CLI_SCREEN_H_
#define GATHER_CLI_SCREEN_H_

#include <cstddef>
#include <string>
#include <vector>

namespace gather::cli {

// A part of a terminal, at its cursor, that is drawn again and again.
class Screen {
 public:
  // `descriptor` is a terminal.
  explicit Screen(int descriptor) : descriptor_(descriptor) {}

  int columns() const;
  int rows() const;

  // Puts the lines where those of the call before stand. Lines that are wider than the terminal
  // are cut.
  void Show(const std::vector<std::string>& lines);

 private:
  const int descriptor_;
  std::size_t shown_ = 0;
};

// Writes all of it; what cannot be written is gone.
void WriteAll(int descriptor, const std::string& text);

}  // namespace gather::cli

#endif  // GATHER_CLI_SCREEN_H_
