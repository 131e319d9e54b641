// Promises of the mender that asks a model: it shows what failed as others' words, does what the answer's edits say and nothing else, and
// gives up in time.
#include "workers/codegen/mending/model_mender.h"

#include <gmock/gmock.h>

#include <deque>
#include <stop_token>

#include "common/llm/prompts/library.h"
#include "tests/unit/codegen/stopped_change.h"
#include "workers/codegen/mending/material.h"

namespace argosy::codegen {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Gives the answers that it holds, in their order; without one it is silent until it is stopped.
class Answering final : public llm::Model {
 public:
  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override {
    asked.emplace_back(*request, options);
    if (on_ask) on_ask();
    if (!answers.empty()) {
      auto answer = std::move(answers.front());
      answers.pop_front();
      return done(std::move(answer));
    }
    waiting =
        std::make_unique<std::stop_callback<std::function<void()>>>(options.stop, [done] { done(faulty(llm::FaultKind::cancelled)); });
  }
  static llm::CallResult faulty(llm::FaultKind kind) { return {.answer = {}, .fault = llm::make_fault(kind, "as the test has it")}; }
  void say(std::string text, llm::StopReason stop = llm::StopReason::end_turn) {
    answers.push_back({.answer = {.text = std::move(text), .stop = stop, .complete = true}, .model = "m"});
  }
  // Of the so-manieth request; the system part, or what the user says.
  std::string said(std::size_t ask, llm::Role role) const {
    std::string text;
    for (const auto& message : asked.at(ask).first.messages)
      if (message.role == role)
        for (const auto& part : message.parts) text += std::get<llm::Text>(part).text + "\n";
    return text;
  }

  std::deque<llm::CallResult> answers;
  std::vector<std::pair<llm::Request, llm::CallOptions>> asked;
  std::function<void()> on_ask;
  std::unique_ptr<std::stop_callback<std::function<void()>>> waiting;
};

std::string block(const std::string& path, const std::string& search, const std::string& replace) {
  return path + "\n<<<<<<< SEARCH\n" + search + "=======\n" + replace + ">>>>>>> REPLACE\n";
}

class AModelMends : public StoppedChange {
 protected:
  AModelMends() { files["lib/named.py"] = "def named():\n    return 1\n"; }
  void SetUp() override {
    StoppedChange::SetUp();
    failed.report = store
                        .put({.step = step.ref, .attempt = 1, .kind = artifacts::Kind::report, .name = "test-report.json"},
                             R"({"cases":[{"name":"test_a","outcome":"failed","message":"lib/named.py:2: 2 is not 3"},)"
                             R"({"name":"test_fine","outcome":"passed"}]})")
                        .value();
    step.org = OrgId{Uuid::v4()};
    step.task.user = "ann";
    step.attempt = 3;
  }
  Result<runtime::StepResult> mend() { return run(&mender); }
  std::string outcome(const std::string& path) {
    const auto result = mend();
    EXPECT_TRUE(result && !result->question) << (result ? result->question->description : to_string(result.error()));
    return result && !result->question ? mended(result->output, path) : "<not mended>";
  }

  Answering model;
  const llm::Prompts prompts = llm::Prompts::open().value();
  ModelMender mender{model, *prompts.get("edit").value()};
};

TEST_F(AModelMends, ByTheEditsOfItsAnswer) {
  model.say("It is one too few.\n\n" + block("a", "2\n", "3\n"));
  EXPECT_EQ(outcome("a"), "3\n");
  EXPECT_EQ(model.asked.size(), 1u);
  EXPECT_EQ(context.count("agent_thought"), 3u) << "of the change, of the model, of what came of it";
}

TEST_F(AModelMends, AndIsShownWhatFailedAndTheFilesThatMatterAsOthersWords) {
  step.task.prompt = "count to three";
  failed.gates[0].details = R"({"exit_code":1,"output":"ImportError: of three"})";
  failed.gates.push_back({.gate = "lint", .code = "x", .text = "1 new finding", .hint = "", .details = R"({"findings":["line 7"]})"});
  step.task.avoid_files = {"legacy/**"};
  model.say(block("a", "2\n", "3\n"));
  mend();
  const auto said = model.said(0, llm::Role::user);
  EXPECT_THAT(said, AllOf(HasSubstr("source=\"file a\">\n2\n</untrusted-"), HasSubstr("source=\"file lib/named.py\">\ndef named()")));
  EXPECT_THAT(said, AllOf(HasSubstr("1 test fails that did not fail before: test_a"), HasSubstr("2 is not 3"), HasSubstr("\n-1\n+2\n")));
  EXPECT_THAT(said, AllOf(HasSubstr("ImportError: of three"), HasSubstr("line 7")));
  EXPECT_THAT(said, AllOf(Not(HasSubstr("file b")), Not(HasSubstr("test_fine"))));
  EXPECT_THAT(said, AllOf(HasSubstr("<<<<<<< SEARCH"), HasSubstr("count to three")));
  EXPECT_THAT(model.said(0, llm::Role::system), AllOf(HasSubstr("legacy/**"), Not(HasSubstr("test_a"))));
}

TEST_F(AModelMends, AtTheExpenseOfItsTask) {
  model.say(block("a", "2\n", "3\n"));
  mend();
  const auto& options = model.asked.at(0).second;
  EXPECT_EQ(options.kind, "edit");
  EXPECT_EQ(options.role, "mender");
  EXPECT_EQ(options.repository, "org/name");
  EXPECT_NE(options.commit, base) << "the tree is no commit's";
  EXPECT_EQ(options.prompt.name, "edit");
  EXPECT_EQ(options.prompt.hash, prompts.get("edit").value()->hash);
  ASSERT_TRUE(options.payer);
  EXPECT_EQ(options.payer->org, step.org);
  EXPECT_EQ(options.payer->user, "ann");
  EXPECT_EQ(options.payer->step, step.ref);
  EXPECT_EQ(options.payer->attempt, 3);
}

TEST_F(AModelMends, AndIsToldOnceWhyItsEditsDoNotFit) {
  model.say(block("a", "nowhere\n", "3\n") + block("b", "1\n", "2\n"));
  model.say(block("a", "2\n", "3\n"));
  EXPECT_EQ(outcome("a"), "3\n");
  ASSERT_EQ(model.asked.size(), 2u);
  EXPECT_THAT(model.said(1, llm::Role::user),
              AllOf(HasSubstr("does not stand in a"), HasSubstr("Send all edits again"), HasSubstr("nowhere")));
}

TEST_F(AModelMends, OrAPersonIsAskedWhenItIsUselessTwice) {
  model.say(block("a", "nowhere\n", "3\n"));
  model.say("I cannot see why.");
  const auto asked = question(&mender);
  EXPECT_EQ(asked.name, "fix-1");
  EXPECT_THAT(asked.description, AllOf(HasSubstr("asked 2 times"), HasSubstr("I cannot see why.")));
  EXPECT_EQ(asked.because->code, "mend_unusable");
  EXPECT_EQ(model.asked.size(), 2u);
}

TEST_F(AModelMends, WithNothingOfAnAnswerThatWasCutOff) {
  model.say(block("a", "2\n", "3\n"), llm::StopReason::max_tokens);
  model.say(block("a", "2\n", "4\n"));
  EXPECT_EQ(outcome("a"), "4\n");
}

TEST_F(AModelMends, AndIsHeldToTheConstraintsOfTheTask) {
  step.task.avoid_files = {"b"};
  model.say(block("a", "2\n", "3\n") + block("b", "1\n", "2\n"));
  EXPECT_EQ(question(&mender).because->code, "avoid_files_violated");
}

TEST_F(AModelMends, UnlessTheCallFailsInAWayThatOnlyAPersonMends) {
  model.answers.push_back({.answer = {},
                           .fault = llm::Fault{.kind = llm::FaultKind::budget,
                                               .error = fail_user("budget_exhausted", "the task has spent 5 USD", "raise it").error()}});
  EXPECT_EQ(question(&mender).because->code, "budget_exhausted");
  model.answers.push_back(Answering::faulty(llm::FaultKind::overloaded));
  const auto later = mend();
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().category, Category::transient) << "it is tried again";
}

TEST_F(AModelMends, UntilTheStepIsCancelled) {
  model.on_ask = [this] { context.cancel = true; };
  EXPECT_EQ(mend().error().code, "cancelled");
}

TEST_F(AModelMends, ShownNoMoreThanABound) {
  failed.gates[0].text.append(kMostGateBytes, 'x');
  std::string many;
  for (std::size_t i = 0; i < 3 * kMostShownTests; ++i)
    many += (i == 0 ? "" : ",") + std::string(R"({"name":"t","outcome":"errored","message":")") + std::string(4000, 'y') + R"("})";
  failed.report =
      store.put({.step = step.ref, .attempt = 1, .kind = artifacts::Kind::report, .name = "r"}, R"({"cases":[)" + many + "]}").value();
  model.say(block("a", "2\n", "3\n"));
  EXPECT_EQ(outcome("a"), "3\n");
  EXPECT_LT(model.said(0, llm::Role::user).size(), 150'000u);
}

}  // namespace
}  // namespace argosy::codegen
