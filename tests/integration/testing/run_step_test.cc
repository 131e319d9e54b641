// Steps of kind "run" on a real Python library whose dependencies set-up has brought: its suite, its linter, a package more, no network.
#include "common/tasks/agent/agent_step.h"
#include "tests/integration/testing/library.h"

namespace argosy::testing {
namespace {

using tasks::RunKind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Runs : public OnLibrary {
 protected:
  Runs() : OnLibrary(wsproto()) { step.kind = "run"; }

  std::vector<tasks::RunResult> runs(std::vector<std::pair<RunKind, std::string>> wanted) {
    tasks::RunPayload payload{.base_commit = commit, .runs = {}};
    for (const auto& [kind, command] : wanted) payload.runs.push_back({.call = "call", .kind = kind, .command = command});
    step.payload = tasks::to_json_text(payload);
    TestingHandler handler(options);
    const auto done = handler.run(step, context);
    EXPECT_TRUE(done) << (done ? "" : to_string(done.error())) << "\n" << context.logged;
    return done ? tasks::run_output_from(done->output).value().results : std::vector<tasks::RunResult>(wanted.size());
  }
};

TEST_F(Runs, TheSuiteTheLinterAndACommandSeeTheChangeAndItsDependencies) {
  change({{"test/test_more.py", "import os\n\n\ndef test_more() -> None:\n    import h11\n\n    assert h11\n"}});
  const auto results = runs({{RunKind::tests, ""},
                             {RunKind::tests, "test/test_more.py"},
                             {RunKind::linter, ""},
                             {RunKind::command, "python -c 'import h11; print(\"there is\", h11.__name__)'"}});
  ASSERT_THAT(results, SizeIs(4));
  EXPECT_EQ(results[0].exit_code, 1);
  EXPECT_THAT(results[0].output, AllOf(HasSubstr("1 failed: test.test_old::test_old"), HasSubstr(" passed")));
  EXPECT_EQ(results[1].exit_code, 0) << results[1].output << results[1].error;
  EXPECT_THAT(results[1].output, StartsWith("1 passed, 0 failed"));
  EXPECT_EQ(results[2].exit_code, 1) << results[2].error;
  EXPECT_THAT(results[2].output, AllOf(StartsWith("1 findings of ruff on 1 changed files"), HasSubstr("test/test_more.py:1: F401")));
  EXPECT_EQ(results[3].exit_code, 0) << results[3].output;
  EXPECT_THAT(results[3].output, HasSubstr("there is h11"));
}

TEST_F(Runs, APackageIsInstalledForTheRunsAfterItAndForNoOtherStep) {
  const auto* const look = "python -c 'import sniffio; print(\"there is\", sniffio.__name__)'";
  const auto results = runs({{RunKind::command, look},
                             {RunKind::install, "no-such-package-of-argosy==99.99"},
                             {RunKind::install, "sniffio"},
                             {RunKind::command, look},
                             {RunKind::command, "pip download h11"}});
  EXPECT_NE(results[0].exit_code, 0);
  EXPECT_EQ(results[1].exit_code, 1);
  EXPECT_THAT(results[1].output, HasSubstr("failed: "));
  ASSERT_EQ(results[2].exit_code, 0) << results[2].output << context.logged;
  EXPECT_THAT(results[2].output, AllOf(StartsWith("sniffio: installed in "), HasSubstr("this step only")));
  EXPECT_EQ(results[3].exit_code, 0) << results[3].output;
  EXPECT_THAT(results[3].output, HasSubstr("there is sniffio"));
  EXPECT_NE(results[4].exit_code, 0) << "a command has no way out";
  EXPECT_NE(runs({{RunKind::command, look}})[0].exit_code, 0) << "another step has it too";
}

}  // namespace
}  // namespace argosy::testing
