#include "tests/docs/picture.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace gather::docs {
namespace {

constexpr absl::string_view kComment = "<!-- picture:";
constexpr absl::string_view kAxis = "0 ms";

// One string for each column.
using Columns = std::vector<std::string>;

Columns SplitColumns(const std::string& line) {
  Columns columns;
  for (const char c : line) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continues && !columns.empty()) {
      columns.back().push_back(c);
    } else {
      columns.emplace_back(1, c);
    }
  }
  return columns;
}

std::string Join(const Columns& columns, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < columns.size(); ++i) text += columns[i];
  return std::string(absl::StripAsciiWhitespace(text));
}

Remark ReadRemark(absl::string_view text) {
  Remark remark;
  const std::vector<std::string> parts = absl::StrSplit(text.substr(0, text.find('(')), ',');
  for (const std::string& part : parts) {
    std::vector<std::string> word =
        absl::StrSplit(absl::StripAsciiWhitespace(part), " by ", absl::SkipEmpty());
    if (word.empty()) continue;
    std::uint32_t by = 0;
    if (word.size() == 2 && absl::SimpleAtoi(word[1], &by)) remark.by = by;
    if (remark.what.empty()) {
      remark.what = word[0];
    } else {
      remark.words.push_back(word[0]);
    }
  }
  return remark;
}

char EndOf(const std::string& mark) {
  if (mark == "●") return 'o';
  if (mark == "×") return 'x';
  return mark == "○" ? 's' : 0;
}

// False when there is no end mark.
bool ReadBar(const Columns& line, std::size_t zero, Bar* bar) {
  bool begun = false;
  for (std::size_t i = zero; i < line.size(); ++i) {
    const int column = static_cast<int>(i - zero);
    if (!begun && line[i] != " ") bar->added = column;
    begun = begun || line[i] != " ";
    if (line[i] == "─" && !bar->started) bar->started = column;
    if (line[i] == "░" && !bar->detached) bar->detached = column;
    bar->end = EndOf(line[i]);
    if (bar->end == 0) continue;
    bar->ended = column;
    bar->remark = ReadRemark(Join(line, i + 1));
    return true;
  }
  return false;
}

// What is written from each column that begins a word, in a line of a stream: a character each.
std::vector<Event> ReadStream(const Columns& line, std::size_t zero) {
  std::vector<Event> events;
  int word = 0;
  for (std::size_t i = zero; i < line.size(); ++i) {
    if (line[i] == " ") continue;
    if (line[i - 1] == " ") word = static_cast<int>(i - zero);
    events.push_back({word, line[i]});
  }
  return events;
}

bool ReadLine(const std::string& text, std::size_t zero, Picture* picture) {
  const Columns line = SplitColumns(text);
  const auto mark = [&line, zero](absl::string_view what) {
    return static_cast<std::size_t>(std::find(line.begin(), line.end(), what) - line.begin());
  };
  if (absl::StartsWith(text, "stream ")) {
    picture->stream = ReadStream(line, zero);
    return true;
  }
  if (absl::StartsWith(text, "caller ")) {
    picture->caller.push_back({static_cast<int>(mark("▼") - zero), Join(line, mark("▼") + 1)});
    return mark("▼") < line.size();
  }
  if (std::isdigit(static_cast<unsigned char>(text[0])) != 0) {
    return ReadBar(line, zero, &picture->bars.emplace_back());
  }
  picture->decided = static_cast<int>(mark("▲") - zero);
  picture->decision = ReadRemark(Join(line, mark("▲") + 1));
  return mark("▲") < line.size();
}

void ReadComment(absl::string_view line, Picture* picture) {
  absl::ConsumePrefix(&line, kComment);
  absl::ConsumeSuffix(&line, "-->");
  line = absl::StripAsciiWhitespace(line);
  picture->kind = "gather";
  for (const absl::string_view kind : {"stream", "group"}) {
    if (absl::ConsumePrefix(&line, kind)) picture->kind = std::string(kind);
  }
  picture->asked = std::string(line);
}

// Goes through the file, line by line.
class Reader {
 public:
  // False for a line of a picture that says nothing.
  bool Read(const std::string& line) {
    ++line_;
    const std::size_t text = line.find_first_not_of(' ');
    if (absl::StartsWith(line, "#")) heading_ = line;
    if (absl::StartsWith(line, kComment)) return Announce(line);
    if (absl::StartsWith(line, "```")) zero_ = 0;
    if (text != std::string::npos && absl::StartsWith(line.substr(text), kAxis)) {
      zero_ = text;
      return std::exchange(announced_, false);
    }
    return zero_ == 0 || ReadLine(line, zero_, &pictures_.back());
  }

  int line() const { return line_; }
  std::vector<Picture> TakePictures() { return std::move(pictures_); }

 private:
  bool Announce(const std::string& line) {
    Picture& picture = pictures_.emplace_back();
    picture.heading = heading_;
    picture.line = line_;
    ReadComment(line, &picture);
    announced_ = true;
    return true;
  }

  int line_ = 0;
  std::string heading_;
  bool announced_ = false;  // by a comment, and the picture has not come
  std::size_t zero_ = 0;    // the axis' column; 0 outside of pictures
  std::vector<Picture> pictures_;
};

}  // namespace

bool Remark::Has(const std::string& word) const {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<Picture> ReadPictures(const std::string& path, std::vector<std::string>* errors) {
  std::ifstream file(path);
  if (!file) errors->push_back(absl::StrCat("no file ", path));
  Reader reader;
  for (std::string line; std::getline(file, line);) {
    if (!reader.Read(line)) {
      errors->push_back(absl::StrCat(path, ":", reader.line(), ": cannot be read: ", line));
    }
  }
  return reader.TakePictures();
}

}  // namespace gather::docs
