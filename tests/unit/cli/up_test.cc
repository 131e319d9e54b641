#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "common/core/file.h"
#include "workers/cli/up/site.h"
#include "workers/cli/up/state_folder.h"
#include "workers/cli/up/supervisor.h"

namespace argosy::cli {
namespace {

TEST(SiteEnvironment, GivesASecretOnlyToThoseWhoNeedIt) {
  const std::map<std::string, std::string> ours{
      {"PATH", "/bin"},
      {"AWS_SECRET_ACCESS_KEY", "x"},
      {"ARGOSY_GIT_WRITE_CREDENTIALS", "w"},
      {"ARGOSY_GIT_WRITE_CREDENTIALS_FILE", "/w"},
      {"ARGOSY_GIT_READ_CREDENTIALS_FILE", "/r"},
      {"ARGOSY_WEBHOOK_SECRET", "s"},
      {"ARGOSY_TOKENS_FILE", "/t"},
      {"ARGOSY_TOKEN", "mine"},
      {"ARGOSY_LOG_LEVEL", "debug"},
  };
  for (const std::string process : {"scheduler", "planning", "codegen", "testing", "git", "notifications", "fanout", "ingest", "broker"}) {
    const auto env = environment_for(process, ours);
    EXPECT_EQ(env.at("PATH"), "/bin");
    EXPECT_EQ(env.at("ARGOSY_LOG_LEVEL"), "debug");
    EXPECT_FALSE(env.contains("AWS_SECRET_ACCESS_KEY")) << process;
    EXPECT_FALSE(env.contains("ARGOSY_TOKEN")) << process;
    EXPECT_EQ(env.contains("ARGOSY_GIT_WRITE_CREDENTIALS"), process == "git") << process;
    EXPECT_EQ(env.contains("ARGOSY_GIT_WRITE_CREDENTIALS_FILE"), process == "git") << process;
    EXPECT_EQ(env.contains("ARGOSY_WEBHOOK_SECRET"), process == "notifications") << process;
    EXPECT_EQ(env.contains("ARGOSY_TOKENS_FILE"), process == "ingest" || process == "fanout") << process;
    const bool reads = process == "planning" || process == "codegen" || process == "testing" || process == "git";
    EXPECT_EQ(env.contains("ARGOSY_GIT_READ_CREDENTIALS_FILE"), reads) << process;
  }
}

TEST(StateFolder, IsHeldByOneAtATime) {
  const TempDir folder;
  const auto path = folder.path() / "state";
  {
    const auto first = StateFolder::open(path);
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(first->announce({"http://api", "ws://ws", "postgresql://x", "broker:1", 42}));
    const auto second = StateFolder::open(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "state_held");
    EXPECT_NE(second.error().message.find("process id 42, API at http://api"), std::string::npos) << second.error().message;
    ASSERT_TRUE(running_address(path));
    EXPECT_EQ(running_address(path)->postgres_url, "postgresql://x");
  }
  EXPECT_FALSE(running_address(path)) << "its holder is gone";
  EXPECT_TRUE(StateFolder::open(path));
}

TEST(StateFolder, RefusesAFolderThatOthersCanWriteTo) {
  const TempDir folder;
  const auto path = folder.path() / "state";
  std::filesystem::create_directory(path);
  ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  const auto opened = StateFolder::open(path);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "state_unsafe");
}

TEST(StateFolder, RefusesASymbolicLink) {
  const TempDir folder;
  std::filesystem::create_directory(folder.path() / "elsewhere");
  std::filesystem::create_directory_symlink(folder.path() / "elsewhere", folder.path() / "state");
  EXPECT_FALSE(StateFolder::open(folder.path() / "state"));
}

TEST(StateFolder, KeepsTheLogsOfTheLastRunApart) {
  const TempDir folder;
  const auto state = StateFolder::open(folder.path() / "state");
  ASSERT_TRUE(state);
  ASSERT_TRUE(write_file_atomic(state->log("git"), "old"));
  state->start_new_logs();
  EXPECT_FALSE(std::filesystem::exists(state->log("git")));
  EXPECT_EQ(read_file(state->log("git").string() + ".1").value_or(""), "old");
}

Part shell(const std::string& name, const std::string& script, const std::filesystem::path& log) {
  Part part;
  part.name = name;
  part.log = log;
  part.child = [script, log] {
    ChildOptions child;
    child.argv = {"/bin/sh", "-c", script};
    child.env = {{"PATH", "/usr/bin:/bin"}};
    child.output = log;
    return child;
  };
  part.problem = [] { return std::nullopt; };
  part.stop_timeout = std::chrono::seconds(30);
  return part;
}

TEST(Supervisor, StopsStageByStageTheHighestFirst) {
  const TempDir folder;
  const auto log = folder.path() / "log";
  const auto writes_when_stopped = [](const std::string& name) {
    return "/usr/bin/tail -f /dev/null & trap 'echo " + name + "; kill $!; exit 0' TERM; echo up; wait";
  };
  Supervisor supervisor([](const std::string&, const std::string&) {});
  int stage = 0;
  for (const std::string name : {"ground", "middle", "top"}) {
    auto part = shell(name, writes_when_stopped(name), log);
    part.stage = stage++;
    part.problem = [log, wanted = static_cast<std::ptrdiff_t>(stage)]() -> std::optional<std::string> {
      const auto text = read_file(log).value_or("");
      return std::ranges::count(text, '\n') >= wanted ? std::nullopt : std::optional<std::string>("not up");
    };
    supervisor.start(std::move(part));
  }
  ASSERT_TRUE(supervisor.wait_ready(std::chrono::seconds(30)));
  supervisor.stop();
  EXPECT_EQ(read_file(log).value_or(""), "up\nup\nup\ntop\nmiddle\nground\n");
}

TEST(Supervisor, StartsAgainWhatDies) {
  const TempDir folder;
  const auto log = folder.path() / "log", marker = folder.path() / "marker";
  std::vector<std::string> said;
  Supervisor supervisor([&](const std::string& part, const std::string& what) { said.push_back(part + " " + what); });
  auto part =
      shell("once", "if [ -e " + marker.string() + " ]; then exec tail -f /dev/null; fi; touch " + marker.string() + "; exit 3", log);
  part.problem = [&]() -> std::optional<std::string> {
    return said.empty() ? std::optional<std::string>("has not died yet") : std::nullopt;
  };
  supervisor.start(std::move(part));
  ASSERT_TRUE(supervisor.wait_ready(std::chrono::seconds(30)));
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0], "once ended with 3; starts again in 0.5 s (log: " + log.string() + ")");
  EXPECT_EQ(said[1], "once ready");
}

TEST(Supervisor, StartsAgainWhatStoodOnADeadGround) {
  const TempDir folder;
  const auto marker = folder.path() / "marker";
  std::vector<std::string> said;
  Supervisor supervisor(
      [&](const std::string& part, const std::string& what) { said.push_back(part + " " + what.substr(0, what.find(';'))); });
  // Dies once, as soon as what stands on it runs.
  auto ground = shell("ground",
                      "if [ -e " + marker.string() + " ]; then exec tail -f /dev/null; fi; mkfifo " + marker.string() + "; read x <" +
                          marker.string() + "; exit 9",
                      folder.path() / "ground.log");
  ground.is_ground = true;
  ground.problem = [marker]() -> std::optional<std::string> {
    return std::filesystem::exists(marker) ? std::nullopt : std::optional<std::string>("no fifo");
  };
  supervisor.start(std::move(ground));
  ASSERT_TRUE(supervisor.wait_ready(std::chrono::seconds(30)));
  auto house =
      shell("house", "echo born; if [ -p " + marker.string() + " ]; then echo now 1<>" + marker.string() + "; fi; exec tail -f /dev/null",
            folder.path() / "house.log");
  house.stage = 1;
  house.problem = [log = folder.path() / "house.log"]() -> std::optional<std::string> {
    const auto text = read_file(log).value_or("");
    return std::ranges::count(text, '\n') >= 2 ? std::nullopt : std::optional<std::string>("not born twice");
  };
  supervisor.start(std::move(house));
  ASSERT_TRUE(supervisor.wait_ready(std::chrono::seconds(30)));
  EXPECT_EQ(said, (std::vector<std::string>{"ground ready", "ground ended with 9", "house stopped until there is a new ground",
                                            "ground ready", "house ready"}));
}

TEST(Supervisor, GivesUpAtStartOnWhatKeepsDyingAndShowsItsLog) {
  const TempDir folder;
  Supervisor supervisor([](const std::string&, const std::string&) {});
  auto part = shell("broken", "echo the reason; exit 1", folder.path() / "log");
  part.problem = [] { return std::optional<std::string>("not ready"); };
  supervisor.start(std::move(part));
  const auto ready = supervisor.wait_ready(std::chrono::minutes(2));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, "part_failed");
  EXPECT_NE(ready.error().message.find("the reason"), std::string::npos) << ready.error().message;
}

}  // namespace
}  // namespace argosy::cli
