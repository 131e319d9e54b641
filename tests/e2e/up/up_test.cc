// `argosy up` as a user has it: everything on the embedded default, in a state folder of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/support/process.h"

namespace argosy::test {
namespace {

namespace fs = std::filesystem;
using testing::eventually;

constexpr std::chrono::minutes kUpWithin{3};
constexpr std::size_t kProcesses = 10;  // Postgres, the broker, eight of ours

class Up : public ::testing::Test {
 protected:
  Up() { fs::permissions(folder_.path(), fs::perms(0711)); }

  fs::path state() const { return folder_.path() / "state"; }
  fs::path log(const std::string& name) const { return folder_.path() / (name + ".log"); }

  Process start(const std::string& name) {
    ProcessOptions options;
    options.program = "argosy";
    options.arguments = {"up", "--state", state(), "--api-port", "0", "--ws-port", "0"};
    options.log = log(name);
    return Process(std::move(options));
  }

  Completed argosy(std::vector<std::string> words) const {
    Command command;
    command.argv = std::move(words);
    command.argv.insert(command.argv.begin(), ARGOSY_BINARY_DIR "/bin/argosy");
    command.env = clean_environment();
    command.env["ARGOSY_STATE_DIR"] = state();
    auto done = run(command);
    EXPECT_TRUE(done);
    return done.value_or(Completed{});
  }

  static std::vector<pid_t> children_of(pid_t pid) {
    std::vector<pid_t> out;
    const auto text = read_file(fmt::format("/proc/{0}/task/{0}/children", pid)).value_or("");
    for (const auto part : text::split(text::trim(text), ' ')) {
      if (const auto child = text::to_int(part)) out.push_back(static_cast<pid_t>(*child));
    }
    return out;
  }

  // Those that stay: now and then it has another for a moment, which asks Postgres whether it is ready.
  static std::vector<pid_t> parts_of(pid_t pid) {
    std::vector<pid_t> out;
    eventually([&] { return (out = children_of(pid)).size() == kProcesses; });
    return out;
  }

  static pid_t child_named(pid_t pid, const std::string& program) {
    for (const auto child : children_of(pid)) {
      const auto arguments = read_file(fmt::format("/proc/{}/cmdline", child)).value_or("");
      if (fs::path(arguments.c_str()).filename() == program) return child;
    }
    return 0;
  }

  // As the last line of `up` tells it.
  static std::string api_url(const std::string& log) {
    constexpr std::string_view kBefore = "API ";
    const auto begin = log.rfind(kBefore) + kBefore.size();
    return log.substr(begin, log.find_first_of(" ,\n", begin) - begin);
  }

  static std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }

  TempDir folder_;
};

TEST_F(Up, StartsEverythingOnceAndLeavesNothingBehind) {
  auto up = start("up");
  ASSERT_TRUE(up.wait_log("(Ctrl-C stops all)", kUpWithin)) << up.log();
  const auto children = parts_of(up.pid());
  EXPECT_EQ(children.size(), kProcesses);
  EXPECT_EQ(argosy({"doctor"}).exit_code, 0) << argosy({"doctor"}).out;
  const auto readiness = api_url(up.log()) + "/readyz";
  EXPECT_EQ(argosy({"doctor", "ready", readiness}).exit_code, 0) << argosy({"doctor", "ready", readiness}).err;
  EXPECT_EQ(argosy({"migrate", "status"}).exit_code, 0);
  EXPECT_EQ(argosy({"repo", "list"}).exit_code, 0);
  auto second = start("second");
  EXPECT_EQ(second.wait_exit(), 1);
  EXPECT_NE(second.log().find(fmt::format("process id {}", up.pid())), std::string::npos) << second.log();
  EXPECT_EQ(up.terminate(), 0);
  for (const auto child : children) EXPECT_FALSE(fs::exists(fmt::format("/proc/{}", child))) << up.log();
  EXPECT_EQ(argosy({"repo", "list"}).exit_code, 3) << "nobody answers any more";
  EXPECT_EQ(argosy({"doctor", "ready", readiness}).exit_code, 1);
}

TEST_F(Up, GoesOnWithWhatItHadTheLastTime) {
  {
    auto up = start("first");
    ASSERT_TRUE(up.wait_log("(Ctrl-C stops all)", kUpWithin)) << up.log();
    const auto added = argosy({"repo", "add", "acme/tool", "https://example.com/acme/tool.git"});
    EXPECT_EQ(added.exit_code, 0) << added.err;
    EXPECT_EQ(up.terminate(), 0);
  }
  auto up = start("second");
  ASSERT_TRUE(up.wait_log("(Ctrl-C stops all)", kUpWithin)) << up.log();
  EXPECT_NE(argosy({"repo", "list"}).out.find("acme/tool"), std::string::npos);
}

TEST_F(Up, StartsAgainWhatIsKilledAndWhatStoodOnIt) {
  auto up = start("up");
  ASSERT_TRUE(up.wait_log("(Ctrl-C stops all)", kUpWithin)) << up.log();
  const auto is_up_again = [&](std::size_t times) {
    return eventually([&] { return count(up.log(), "(Ctrl-C stops all)") == times; }, kUpWithin);
  };
  const auto worker = child_named(up.pid(), "argosy-codegen"), broker = child_named(up.pid(), "argosy");
  ASSERT_GT(worker, 0);
  ASSERT_GT(broker, 0);
  ::kill(worker, SIGKILL);
  ASSERT_TRUE(is_up_again(2)) << up.log();
  EXPECT_EQ(count(up.log(), "codegen       ready"), 2u);
  EXPECT_EQ(count(up.log(), "testing       ready"), 1u) << "nobody else was bothered";
  ::kill(broker, SIGKILL);
  ASSERT_TRUE(is_up_again(3)) << up.log();
  EXPECT_EQ(count(up.log(), "testing       ready"), 2u) << "everybody needs the new address";
  EXPECT_EQ(argosy({"doctor"}).exit_code, 0) << argosy({"doctor"}).out << up.log();
  EXPECT_EQ(parts_of(up.pid()).size(), kProcesses);
}

TEST_F(Up, TakesEverythingWithItWhenItIsKilled) {
  auto up = start("up");
  ASSERT_TRUE(up.wait_log("(Ctrl-C stops all)", kUpWithin)) << up.log();
  const auto children = children_of(up.pid());
  ::kill(up.pid(), SIGKILL);
  up.wait_exit();
  const auto gone = [](pid_t child) { return !fs::exists(fmt::format("/proc/{}", child)); };
  EXPECT_TRUE(eventually([&] { return std::ranges::all_of(children, gone); }, kUpWithin));
  auto again = start("again");
  EXPECT_TRUE(again.wait_log("(Ctrl-C stops all)", kUpWithin)) << again.log();
}

}  // namespace
}  // namespace argosy::test
