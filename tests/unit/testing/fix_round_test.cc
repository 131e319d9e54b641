// Fix rounds: what gates stop is handed to a fix and tested again, and what a person let pass passes, and no more than that.
#include "workers/testing/gates/fix_round.h"

#include "tests/support/testing_fixture.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

tasks::FailedGate failed_gate(std::string gate, std::string text, std::vector<std::string> failing = {}) {
  return {.gate = std::move(gate), .code = "code", .text = std::move(text), .hint = {}, .details = {}, .failing = std::move(failing)};
}

Acceptance accepted(const tasks::FailedGate& gate, bool of_this_tree = true) {
  return {.gate = {.gate = gate.gate, .text = gate.text, .by = "ann", .failing = gate.failing, .code = gate.code},
          .of_this_tree = of_this_tree};
}

TEST(Acceptance, OfTestsCoversThoseThatThePersonSaw) {
  const auto seen = failed_gate("tests", "2 tests fail", {"a", "b"});
  EXPECT_TRUE(covers(accepted(seen), failed_gate("tests", "1 test fails", {"b"})));
  EXPECT_TRUE(covers(accepted(seen, false), failed_gate("tests", "2 tests fail", {"b", "a"})));
  EXPECT_FALSE(covers(accepted(seen), failed_gate("tests", "2 tests fail", {"a", "c"}))) << "even on the same tree";
  EXPECT_FALSE(covers(accepted(seen), failed_gate("lint", "2 tests fail")));
}

TEST(Acceptance, OfFailingTestsDoesNotCoverTestsThatWereStopped) {
  const auto seen = failed_gate("tests", "1 test fails", {"a"});
  auto stopped = failed_gate("tests", "stopped after 60 s", {"a"});
  stopped.code = "tests_timed_out";
  EXPECT_FALSE(covers(accepted(seen), stopped));
}

TEST(Acceptance, OfAFailureWithoutATestsNameIsForThisTree) {
  const auto seen = failed_gate("tests", "the tests end with exit code 1", {"(the run itself)"});
  EXPECT_TRUE(covers(accepted(seen), seen));
  EXPECT_FALSE(covers(accepted(seen, false), seen));
}

TEST(Acceptance, OfMoreTestsThanAreNamedHoldsForTheSameWordsOnly) {
  const auto many = failed_gate("tests", "90 tests fail", std::vector<std::string>(kMaxFailingNamed, "a"));
  EXPECT_TRUE(covers(accepted(many, false), many));
  EXPECT_FALSE(covers(accepted(many, false), failed_gate("tests", "91 tests fail", many.failing)));
}

TEST(Acceptance, OfAnotherGateIsForThisTreeOrForTheSameWords) {
  const auto seen = failed_gate("coverage", "coverage fell by 2");
  EXPECT_TRUE(covers(accepted(seen), failed_gate("coverage", "coverage fell by 2.1")));
  EXPECT_FALSE(covers(accepted(seen, false), failed_gate("coverage", "coverage fell by 9")));
  EXPECT_TRUE(covers(accepted(seen, false), seen));
}

TEST(Acceptance, MakesAWarningThatNamesThePerson) {
  const project::RepoFile file;
  const Finding fell{.held = false, .text = "coverage fell by 2", .code = "coverage_dropped"};
  auto seen = failed_gate("coverage", fell.text);
  seen.code = fell.code;
  Verdicts verdicts(file, {accepted(seen)});
  EXPECT_FALSE(verdicts.stops("coverage", fell));
  verdicts.add("coverage", fell);
  EXPECT_FALSE(verdicts.failure());
  EXPECT_EQ(verdicts.outcomes().at(0).outcome, "warned");
  EXPECT_EQ(verdicts.outcomes().at(0).text, "coverage fell by 2 (accepted by ann)");
  ASSERT_EQ(verdicts.accepted().size(), 1u);
  verdicts.add("lint", {.held = false, .text = "F401", .code = "lint_findings_added"});
  EXPECT_EQ(verdicts.failure()->code, "lint_findings_added");
  ASSERT_EQ(verdicts.failed().size(), 1u);
}

class FixRounds : public TestingTest {
 protected:
  void SetUp() override {
    base({{"calc.py", "def half(n):\n    return n / 2\n"},
          {"test_calc.py",
           "from calc import half\n\ndef test_half():\n    assert half(4) == 2\n\ndef test_zero():\n    assert half(0) == 0\n"}});
    change({{"calc.py", "def half(n):\n    return n / 3\n"}});
    step.ref.ordinal = 102;
    step.task.max_fix_rounds.reset();
    tree.base_commit = commit;
    tree.target_branch = "main";
  }
  runtime::StepResult examined() {
    step.payload = tasks::to_json_text(tree);
    TestingHandler handler(options);
    auto done = handler.run(step, context);
    EXPECT_TRUE(done) << to_string(done.error());
    return done.value_or(runtime::StepResult{});
  }
  // As the database would hand the next test to a worker, with what the fix said.
  void next(const runtime::StepResult& red, const tasks::ChangeOutput& fix) {
    ASSERT_EQ(red.detour.size(), 2u);
    tree = *tasks::tree_payload_from(red.detour[1].payload);
    step.inputs.emplace_back(step.ref.ordinal, red.output);
    step.inputs.emplace_back(105, tasks::to_json_text(fix));
    step.ref.ordinal = 106;
  }
  static tasks::ChangeOutput approval(const runtime::StepResult& red) {
    tasks::ChangeOutput output;
    for (const auto& gate : tasks::fix_payload_from(red.detour.at(0).payload)->gates)
      output.accepted.push_back({.gate = gate.gate, .text = gate.text, .by = "ann", .failing = gate.failing, .code = gate.code});
    return output;
  }

  tasks::TreePayload tree;
};

TEST_F(FixRounds, ARedTestIsHandedToAFixAndTestedAgain) {
  tree.write_set = {"calc.py"};
  const auto red = examined();
  const auto output = tasks::test_output_from(red.output);
  ASSERT_TRUE(output);
  ASSERT_EQ(output->failed.size(), 1u);
  EXPECT_EQ(output->failed[0].gate, "tests");
  EXPECT_EQ(output->failed[0].code, "tests_failed");
  EXPECT_EQ(output->failing.size(), 1u);
  EXPECT_EQ(output->tests.passed, 1);
  ASSERT_EQ(red.detour.size(), 2u);
  EXPECT_TRUE(tasks::check_detour(red.detour));

  EXPECT_EQ(red.detour[0].kind, "fix");
  EXPECT_EQ(red.detour[0].queue, tasks::Queue::codegen);
  EXPECT_THAT(red.detour[0].depends_on, ElementsAre(100, 102));
  EXPECT_THAT(red.detour[0].inputs, ElementsAre(100, 102));
  const auto fix = tasks::fix_payload_from(red.detour[0].payload);
  ASSERT_TRUE(fix) << to_string(fix.error());
  EXPECT_EQ(fix->round, 1);
  EXPECT_EQ(fix->max_rounds, tasks::kFixRounds);
  EXPECT_EQ(fix->test_step, 102);
  EXPECT_EQ(fix->base_commit, commit);
  EXPECT_THAT(fix->gates.at(0).text, HasSubstr("test_half"));
  EXPECT_NE(artifact(fix->report), "");
  EXPECT_THAT(fix->write_set, ElementsAre("calc.py")) << "who mends keeps to the plan";

  EXPECT_EQ(red.detour[1].kind, "test");
  EXPECT_THAT(red.detour[1].depends_on, ElementsAre(-1));
  EXPECT_THAT(red.detour[1].inputs, ElementsAre(100, 102, -1));
  EXPECT_EQ(tasks::tree_payload_from(red.detour[1].payload)->round, 1);
  EXPECT_THAT(tasks::tree_payload_from(red.detour[1].payload)->write_set, ElementsAre("calc.py"));
}

TEST_F(FixRounds, AFixIsTestedOnTopOfTheChange) {
  const auto red = examined();
  change({{"calc.py", "def half(n):\n    return n / 2 + 0\n"}});
  const auto fix = *tasks::change_output_from(step.inputs.back().second);
  step.inputs.pop_back();
  next(red, fix);
  const auto green = examined();
  EXPECT_THAT(green.detour, IsEmpty());
  const auto output = tasks::test_output_from(green.output);
  EXPECT_THAT(output->failed, IsEmpty());
  EXPECT_EQ(output->tests.passed, 2);
}

TEST_F(FixRounds, WhatAPersonLetPassPassesAndIsTold) {
  const auto red = examined();
  next(red, approval(red));
  const auto done = examined();
  EXPECT_THAT(done.detour, IsEmpty());
  const auto output = tasks::test_output_from(done.output);
  ASSERT_EQ(output->accepted.size(), 1u);
  EXPECT_EQ(output->accepted[0].by, "ann");
  EXPECT_THAT(context.logged, HasSubstr("The gate tests does not hold; ann let it pass"));
}

TEST_F(FixRounds, WhatAPersonDidNotSeeDoesNotPass) {
  const auto red = examined();
  auto seen = approval(red);
  seen.accepted[0].failing = {"another"};
  next(red, seen);
  const auto again = examined();
  ASSERT_EQ(again.detour.size(), 2u);
  const auto fix = tasks::fix_payload_from(again.detour[0].payload);
  EXPECT_EQ(fix->round, 2);
  EXPECT_EQ(fix->gates.at(0).times, 2);
  EXPECT_THAT(again.detour[0].depends_on, ElementsAre(100, 102, 105, 106));
}

TEST_F(FixRounds, WithNoneTheStepFailsAtOnce) {
  step.task.max_fix_rounds = 0;
  EXPECT_ERROR(run(), 'C', "tests_failed");
}

TEST_F(FixRounds, ARepositoryThatWantsNoneHasNone) {
  step.inputs.clear();
  base({{".argosy.yaml", "max_fix_rounds: 0\n"}, {"calc.py", "def half(n):\n    return n / 2\n"}});
  change({{"calc.py", "def half(n:\n"}});
  EXPECT_ERROR(run(), 'C', "syntax_broken");
}

TEST_F(FixRounds, ABrokenSyntaxIsMendedBeforeAnythingRuns) {
  step.inputs.clear();
  remote.git(remote.author(), {"reset", "-q", "--hard", commit});
  change({{"calc.py", "def half(n:\n"}});
  const auto red = examined();
  ASSERT_EQ(red.detour.size(), 2u);
  EXPECT_EQ(tasks::fix_payload_from(red.detour[0].payload)->gates.at(0).gate, "syntax");
  EXPECT_EQ(tasks::fix_payload_from(red.detour[0].payload)->report, "");
}

}  // namespace
}  // namespace argosy::testing
