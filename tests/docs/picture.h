#ifndef GATHER_TESTS_DOCS_PICTURE_H_
#define GATHER_TESTS_DOCS_PICTURE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// The timelines of the documentation, as data.
//
// A picture is a block of text whose first line is the time's axis, after a comment that says what
// is asked for, in text format (of a gather, of a "stream", or of the Open of a "group"):
//
//   <!-- picture: policy { mode: MODE_FAIL_FAST } max_concurrency: 1 -->
//   ```text
//                 0 ms      100
//   0 user        ─────×                FAILED, NOT_FOUND
//   1 posts       ·····○                NOT_STARTED, SIBLING_FAILED by 0
//                      ▲ FAILED by 0, NOT_FOUND
//   ```
namespace gather::docs {

// What is written behind a bar, or at the decision: what became of it, then words between commas,
// without what stands in parentheses.
struct Remark {
  std::string what;
  std::vector<std::string> words;
  std::optional<std::uint32_t> by;  // of the word that ends in "by N"

  bool Has(const std::string& word) const;
};

// A sub-call's bar. Columns count from the axis' zero, 10 ms each.
struct Bar {
  int added = 0;                // where it begins
  std::optional<int> started;   // where it was sent, if it was
  std::optional<int> detached;  // from where on it ran alone
  int ended = 0;
  char end = 0;  // 'o' answered OK, 'x' failed, 's' stopped
  Remark remark;
};

// Something that happens at a time.
struct Event {
  int column = 0;
  std::string what;
};

struct Picture {
  std::string heading;  // of its section
  int line = 0;         // of the comment
  std::string kind;     // "gather", "stream" or "group"
  std::string asked;    // text format
  std::vector<Bar> bars;
  std::vector<Event> caller;  // "cancels", "cancels ID", "joins", "ends early"
  std::vector<Event> stream;  // indexes and "Σ", in their order
  int decided = 0;
  Remark decision;
};

// Every picture of the Markdown file. What cannot be read is said in `errors`.
std::vector<Picture> ReadPictures(const std::string& path, std::vector<std::string>* errors);

}  // namespace gather::docs

#endif  // GATHER_TESTS_DOCS_PICTURE_H_
