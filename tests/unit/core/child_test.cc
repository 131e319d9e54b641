#include "common/core/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "common/core/file.h"
#include "common/core/ports.h"

namespace argosy {
namespace {

constexpr std::chrono::seconds kPatience{120};

ChildOptions shell(const std::string& script) {
  ChildOptions options;
  options.argv = {"/bin/sh", "-c", script};
  return options;
}

TEST(Child, TellsItsExitCode) {
  auto child = Child::start(shell("exit 7"));
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(kPatience), 7);
  EXPECT_EQ(child->wait(kPatience), 7) << "and again";
}

TEST(Child, TellsTheSignalThatKilledIt) {
  auto child = Child::start(shell("kill -9 $$"));
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(kPatience), 128 + SIGKILL);
}

TEST(Child, SeesOnlyTheEnvironmentItWasGiven) {
  const TempDir folder;
  auto options = shell("/usr/bin/env");
  options.env = {{"ONLY", "this"}};
  options.output = folder.path() / "out";
  auto child = Child::start(options);
  ASSERT_TRUE(child);
  ASSERT_EQ(child->wait(kPatience), 0);
  const auto out = read_file(options.output).value_or("");
  EXPECT_NE(out.find("ONLY=this\n"), std::string::npos);
  EXPECT_EQ(out.find("HOME="), std::string::npos);
}

TEST(Child, TakesItsGroupWithItWhenItsHandleGoes) {
  const TempDir folder;
  const auto pipe = folder.path() / "alive";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  {
    auto options = shell("(exec 3>" + pipe.string() + "; exec tail -f /dev/null) & wait");
    options.env = {{"PATH", "/usr/bin:/bin"}};
    auto child = Child::start(options);
    ASSERT_TRUE(child);
    const auto reader = ::open(pipe.c_str(), O_RDONLY | O_CLOEXEC);  // returns once the grandchild has opened it
    ASSERT_GE(reader, 0);
    child = Child::start(shell("exit 0"));  // the old one goes
    char byte = 0;
    EXPECT_EQ(::read(reader, &byte, 1), 0) << "the grandchild is gone: nobody holds the pipe";
    ::close(reader);
  }
}

TEST(Child, SaysWhatCannotBeRun) {
  auto options = shell("");
  options.argv = {"/no/such/program"};
  EXPECT_EQ(Child::start(options).error().code, "program_not_found");
  options.argv = {"no-such-program"};
  options.env = {{"PATH", "/usr/bin:/bin"}};
  EXPECT_EQ(Child::start(options).error().code, "program_not_found");
  options = shell("exit 0");
  options.cwd = "/no/such/folder";
  EXPECT_EQ(Child::start(options).error().code, "spawn_failed");
}

TEST(Ports, GivesOneThatIsFree) {
  const auto port = free_port();
  ASSERT_TRUE(port);
  EXPECT_TRUE(port_is_free(*port));
}

// So many that chance alone would give some twice. A fleet whose port was given to another fleet's worker talks to that worker.
TEST(Ports, GivesNoneTwiceAlthoughNobodyListens) {
  constexpr int kManyPorts = 400;
  std::set<std::uint16_t> given;
  for (int i = 0; i < kManyPorts; ++i) EXPECT_TRUE(given.insert(free_port().value()).second);
}

}  // namespace
}  // namespace argosy
