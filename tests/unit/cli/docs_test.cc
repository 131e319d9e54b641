// What the documents say about the program is held against the program.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "common/config/settings.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

std::string readme() {
  auto text = read_file(ARGOSY_SOURCE_DIR "/README.md");
  EXPECT_TRUE(text);
  return text.value_or("");
}

std::string limits_table() {
  std::string out = "| Variable | Default | Meaning |\n|---|---|---|\n";
  for (const auto* name : {"MAX_BODY_BYTES",      "MAX_HEADER_BYTES",        "MAX_OPERATIONS",
                           "MAX_CONNECTIONS",     "HEADER_TIMEOUT_MS",       "BODY_TIMEOUT_MS",
                           "ANSWER_TIMEOUT_MS",   "IDLE_TIMEOUT_MS",         "WS_CLIENT_BUFFER_BYTES",
                           "MAX_ARTIFACT_BYTES",  "MAX_TASK_ARTIFACT_BYTES", "MAX_LOG_BYTES",
                           "TEST_TIMEOUT_MS",     "TEST_HARD_TIMEOUT_MS",    "TEST_CPUS",
                           "TEST_PROCESSES",      "TEST_DISK_BYTES",         "TEST_MEMORY_BYTES",
                           "TEST_OUTPUT_BYTES",   "DEPENDENCY_CACHES",       "EGRESS_MAX_BYTES",
                           "EGRESS_MAX_REQUESTS", "WAITING_STEPS",           "FLAGS_REFRESH_MS",
                           "CONTEXT_TOKENS",      "STEP_DEADLINE_MS",        "MAX_ATTEMPTS",
                           "MAX_TASK_STEPS",      "MAX_TASK_DEPTH",          "CHECKPOINT_MS",
                           "TASK_MAX_USD",        "TASK_MAX_TOKENS",         "ORG_CACHE_ENTRIES",
                           "ORG_CACHE_BYTES",     "ORG_INDEX_BYTES",         "ORG_MAX_SANDBOXES",
                           "MAX_SANDBOXES",       "SANDBOX_IDLE_MS"}) {
    for (const auto& variable : config::variables()) {
      if (variable.name == std::string("ARGOSY_") + name)
        out += fmt::format("| `{}` | `{}` | {} |\n", variable.name, variable.fallback, variable.doc);
    }
  }
  return out;
}

TEST(Readme, ShowsTheLimitsAsTheConfigurationHasThem) {
  const auto text = readme();
  const auto begin = text.find("<!-- limits:"), end = text.find("<!-- /limits -->");
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto table = text.substr(text.find('\n', begin) + 1, end - text.find('\n', begin) - 1);
  EXPECT_EQ(table, limits_table()) << "put this into README.md:\n" << limits_table();
}

TEST(Readme, NamesEveryCommand) {
  const auto text = readme();
  for (const auto& command : commands()) {
    if (command.name == "broker") continue;  // started by `up`
    EXPECT_NE(text.find(fmt::format("`argosy {}", command.name)), std::string::npos) << command.name;
  }
}

// What compose/.env.example says of the configuration: each variable with its sentence, unset; a secret by the file that holds it.
std::string example_environment() {
  std::string out;
  for (const auto& variable : config::variables()) {
    out += fmt::format("# {}\n", variable.doc);
    out += variable.secret ? fmt::format("#{}_FILE=\n", variable.name) : fmt::format("#{}={}\n", variable.name, variable.fallback);
  }
  return out;
}

TEST(EnvExample, ShowsEveryVariableAsTheConfigurationHasIt) {
  const auto text = read_file(ARGOSY_SOURCE_DIR "/compose/.env.example").value_or("");
  const auto begin = text.find("# <<< configuration"), end = text.find("# >>> configuration");
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto shown = text.substr(text.find('\n', begin) + 1, end - text.find('\n', begin) - 1);
  EXPECT_EQ(shown, example_environment()) << "put this into compose/.env.example:\n" << example_environment();
}

bool is_known(std::string name) {
  if (name.ends_with("_FILE") && name != "ARGOSY_TOKENS_FILE") name.resize(name.size() - 5);
  return std::ranges::find(config::variables(), name, &config::Variable::name) != config::variables().end();
}

// A process that is given a variable that it does not know does not start.
TEST(Deployment, GivesProcessesVariablesThatExist) {
  for (const auto* file : {"compose/compose.yaml", "infra/docker/Dockerfile", "infra/docker/entry", "infra/docker/rootfs"}) {
    const auto text = read_file(fmt::format("{}/{}", ARGOSY_SOURCE_DIR, file)).value_or("");
    std::size_t seen = 0;
    for (auto at = text.find("ARGOSY_"); at != std::string::npos; at = text.find("ARGOSY_", at + 1)) {
      const auto name = text.substr(at, text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", at) - at);
      if (name == "ARGOSY_" || name.starts_with("ARGOSY_TEST_")) continue;
      ++seen;
      EXPECT_TRUE(is_known(name)) << file << ": " << name;
    }
    EXPECT_GT(seen, 0u) << file;
  }
}

// Each `argosy ...` of the runbooks, up to its closing backtick.
std::vector<std::string> quoted_commands(const std::string& page) {
  constexpr std::string_view kBegin = "`argosy ";
  std::vector<std::string> found;
  for (auto at = page.find(kBegin); at != std::string::npos; at = page.find(kBegin, at + 1))
    found.push_back(page.substr(at + kBegin.size(), page.find('`', at + 1) - at - kBegin.size()));
  return found;
}

TEST(Runbooks, NameCommandsOptionsAndVariablesThatExist) {
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ARGOSY_SOURCE_DIR "/runbooks")) {
    const auto page = read_file(entry.path()).value_or("");
    ++pages;
    for (const auto& quoted : quoted_commands(page)) {
      const auto words = text::split(quoted, ' ');
      const auto command = std::ranges::find(commands(), words[0], &Command::name);
      ASSERT_NE(command, commands().end()) << entry.path() << ": argosy " << quoted;
      const auto parsed =
          parse_arguments(std::vector<std::string>(words.begin() + 1, words.end()), command->options, command->least, command->most);
      EXPECT_TRUE(parsed) << entry.path() << ": argosy " << quoted << ": " << to_string(parsed.error());
    }
    for (auto at = page.find("ARGOSY_"); at != std::string::npos; at = page.find("ARGOSY_", at + 1)) {
      const auto name = page.substr(at, page.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", at) - at);
      EXPECT_TRUE(is_known(name)) << entry.path() << ": " << name;
    }
  }
  EXPECT_GE(pages, 5u);
}

}  // namespace
}  // namespace argosy::cli
