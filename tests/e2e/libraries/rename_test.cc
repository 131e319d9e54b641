// A public symbol of a real library is renamed by a whole fleet over a real Kafka and Postgres: the library's own tests pass in the
// sandbox, and the pushed branch holds exactly the files of a list that was made by a second method (tests/fixtures/libraries/README.md).
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <cstdlib>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/support/fleet/own_fleet.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {
namespace {

constexpr auto kFetchTime = std::chrono::minutes(5);  // the registries' pace, the first time
constexpr auto kTaskTime = std::chrono::minutes(4);

struct Library {
  const char *name, *from, *to, *test_command;  // no command: what the testing worker detects
  int least_tests;                              // that its own suite has at least
};

const std::string kFixtures = ARGOSY_SOURCE_DIR "/tests/fixtures/libraries/";

// The folder that the fetch script prints; empty when it prints none.
std::string fetched(const std::string& name, const std::string& what = "") {
  Command command{.argv = {kFixtures + "fetch", name}, .env = clean_environment(), .timeout = kFetchTime};
  if (!what.empty()) command.argv.push_back(what);
  const auto done = run(command);
  if (!done || done->exit_code != 0) throw std::runtime_error(done ? done->err : to_string(done.error()));
  return std::string(text::trim(done->out));
}

std::vector<std::string> expected_files(const std::string& name) {
  std::vector<std::string> out;
  const auto list = read_file(kFixtures + name + ".files");
  if (!list) throw std::runtime_error(to_string(list.error()));
  for (const auto line : text::lines(*list)) out.emplace_back(line);
  return out;
}

class RealLibrary : public SharedFleet<RealLibrary, ::testing::TestWithParam<Library>> {
 public:
  static Environment environment() { return {{"ARGOSY_TEST_PATHS", fetched("javascript", "needs") + ":" + fetched("java", "needs")}}; }

 protected:
  testing::GitFixture git_;
};
TEST_P(RealLibrary, IsRenamedEverywhereAndItsOwnTestsPass) {
  const auto& library = GetParam();
  std::filesystem::copy(fetched(library.name), git_.author(), std::filesystem::copy_options::recursive);
  git_.push(library.name);
  const std::string repository = fmt::format("e2e/{}", library.name);
  fleet().add_repository(repository, git_.url(), library.test_command);

  const json::Value body = json::Object{
      {"repository_id", repository},
      {"prompt", fmt::format("rename {} to {}", library.from, library.to)},
      {"change",
       json::Array{json::Object{{"op", "rename_symbol"}, {"language", library.name}, {"from", library.from}, {"to", library.to}}}}};
  const auto ended = fleet().wait_terminal(fleet().submit(body, library.name), kTaskTime);

  ASSERT_EQ(ended.string_or("status", ""), "succeeded") << json::dump_pretty(ended);
  const auto* result = ended.find("result");
  ASSERT_TRUE(result && result->is_object()) << json::dump_pretty(ended);
  const auto* tests = result->find("tests");
  ASSERT_TRUE(tests && tests->is_object()) << json::dump_pretty(*result);
  EXPECT_GE(tests->int_or("passed", 0), library.least_tests) << json::dump_pretty(*tests);
  EXPECT_EQ(tests->int_or("failed", -1), 0) << json::dump_pretty(*tests);

  const auto branch = result->string_or("branch", "");
  const auto changed = git_.at_remote({"diff", "--no-renames", "--name-only", "main", "refs/heads/" + branch});
  std::vector<std::string> files;
  for (const auto line : text::lines(changed)) files.emplace_back(line);
  EXPECT_EQ(files, expected_files(library.name));
}

INSTANTIATE_TEST_SUITE_P(InFourLanguages, RealLibrary,
                         ::testing::Values(Library{"python", "make_sentinel", "create_sentinel", "", 300},
                                           Library{"javascript", "removeDotSegments", "collapseDotSegments", "tape 'test/**/*.js'", 600},
                                           Library{"go", "NewRouter", "CreateRouter", "", 50},
                                           Library{"java", "MissingOptionException", "AbsentOptionException", "", 300}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace argosy::test
