#include "server/log_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace gather::server {
namespace {

class LogWriterTest : public ::testing::Test {
 protected:
  LogWriterTest() {
    signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
  }
  ~LogWriterTest() override {
    CloseReader();
    close(ends_[1]);
  }

  int file() const { return ends_[1]; }
  void CloseReader() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }
  std::string Read(std::size_t bytes) const {
    std::string text(bytes, '\0');
    for (std::size_t got = 0; got < bytes;) {
      const ssize_t more = read(ends_[0], text.data() + got, bytes - got);
      if (more <= 0) return text.substr(0, got);
      got += static_cast<std::size_t>(more);
    }
    return text;
  }

 private:
  int ends_[2];
};

TEST_F(LogWriterTest, LinesComeInTheirOrder) {
  LogWriter writer(file());
  writer.Write("a\n");
  writer.Write("b\n");
  EXPECT_EQ(Read(4), "a\nb\n");
  EXPECT_EQ(writer.dropped(), 0u);
}

TEST_F(LogWriterTest, WhatWaitsWhenItEndsIsStillWritten) {
  { LogWriter(file()).Write("last\n"); }
  EXPECT_EQ(Read(5), "last\n");
}

TEST_F(LogWriterTest, ALineLongerThanAPipeTakesAtOnceIsWrittenWhole) {
  const std::string line = std::string(300'000, 'x') + "\n";
  LogWriter writer(file());
  writer.Write(line);
  EXPECT_EQ(Read(line.size()), line);
}

TEST_F(LogWriterTest, AReaderThatStopsReadingHoldsUpNobodyAndWhatHasNoRoomIsCounted) {
  const std::string line = std::string(999, 'x') + "\n";
  LogWriter writer(file(), 100 * line.size());
  for (int i = 0; i < 1'000; ++i) writer.Write(line);  // more than pipe and buffer hold together
  EXPECT_GT(writer.dropped(), 0u);
}  // and the writer ends, though the pipe is full

TEST_F(LogWriterTest, AReaderThatIsGoneHoldsUpNobody) {
  CloseReader();
  auto writer = std::make_unique<LogWriter>(file());
  while (writer->dropped() == 0) {
    writer->Write("nobody reads this\n");
    std::this_thread::yield();
  }
}

}  // namespace
}  // namespace gather::server
