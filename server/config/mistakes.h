#ifndef GATHER_SERVER_CONFIG_MISTAKES_H_
#define GATHER_SERVER_CONFIG_MISTAKES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gather::server {

// What is wrong with a configuration: lines of a field's path, what is wrong, what would be right.
using Mistakes = std::vector<std::string>;

// A place in a configuration, at which mistakes are noted. Cheap to make; the list must outlive it.
//
//   const Place target = Place(&mistakes).Each("targets", 1);
//   target.Wrong("name", "empty");  // "targets[1].name: empty"
class Place {
 public:
  explicit Place(Mistakes* mistakes) : mistakes_(mistakes) {}

  Place In(absl::string_view field) const { return Place(mistakes_, Path(field)); }
  Place Each(absl::string_view field, int index) const {
    return Place(mistakes_, absl::StrCat(Path(field), "[", index, "]"));
  }

  // The field here is wrong; with an empty name, what the place itself is.
  void Wrong(absl::string_view field, absl::string_view problem) const {
    mistakes_->push_back(absl::StrCat(field.empty() ? path_ : Path(field), ": ", problem));
  }

 private:
  Place(Mistakes* mistakes, std::string path) : mistakes_(mistakes), path_(std::move(path)) {}

  std::string Path(absl::string_view field) const {
    return absl::StrCat(path_, path_.empty() ? "" : ".", field);
  }

  Mistakes* mistakes_;
  std::string path_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_MISTAKES_H_
