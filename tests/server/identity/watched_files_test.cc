#include "server/identity/watched_files.h"

#include <cstdio>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace gather::server {
namespace {

using test::ReplaceFile;
using test::TemporaryPath;

TEST(WatchedFilesTest, HaveChangedAtFirstAndWhenOneIsReplaced) {
  const std::string a = TemporaryPath("a");
  const std::string b = TemporaryPath("b");
  ReplaceFile(a, "1");
  ReplaceFile(b, "1");
  WatchedFiles files({a, b});
  EXPECT_TRUE(files.HaveChanged());
  EXPECT_FALSE(files.HaveChanged());
  ReplaceFile(b, "2");
  EXPECT_TRUE(files.HaveChanged());
  EXPECT_FALSE(files.HaveChanged());
}

TEST(WatchedFilesTest, AFileThatGoesAndComesHasChangedTwice) {
  const std::string path = TemporaryPath("comes_and_goes");
  ReplaceFile(path, "1");
  WatchedFiles files({path});
  EXPECT_TRUE(files.HaveChanged());
  std::remove(path.c_str());
  EXPECT_TRUE(files.HaveChanged());
  EXPECT_FALSE(files.HaveChanged());
  ReplaceFile(path, "1");
  EXPECT_TRUE(files.HaveChanged());
}

}  // namespace
}  // namespace gather::server
