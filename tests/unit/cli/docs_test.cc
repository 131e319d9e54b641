// What the documents say about the program is held against the program.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "common/config/settings.h"
#include "common/core/file.h"
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
  for (const auto* name :
       {"MAX_BODY_BYTES", "MAX_HEADER_BYTES", "MAX_OPERATIONS", "MAX_CONNECTIONS", "HEADER_TIMEOUT_MS", "BODY_TIMEOUT_MS",
        "ANSWER_TIMEOUT_MS", "IDLE_TIMEOUT_MS", "WS_CLIENT_BUFFER_BYTES", "MAX_ARTIFACT_BYTES", "MAX_TASK_ARTIFACT_BYTES", "MAX_LOG_BYTES",
        "TEST_TIMEOUT_MS", "TEST_MEMORY_BYTES", "TEST_OUTPUT_BYTES", "STEP_DEADLINE_MS", "MAX_ATTEMPTS"}) {
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

}  // namespace
}  // namespace argosy::cli
