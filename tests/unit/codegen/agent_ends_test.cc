// Promises of the driver of agents: whatever ends one or keeps it waiting, the reason is told and what it has is kept.
#include <gmock/gmock.h>

#include <condition_variable>
#include <filesystem>

#include "common/tasks/agent/unfinished.h"
#include "tests/unit/codegen/agent_steps.h"
#include "tests/unit/codegen/an_agent.h"

namespace argosy::codegen {
namespace {

using ::testing::HasSubstr;

// Says nothing until it is stopped.
class Silent final : public llm::Model {
 public:
  void start(std::shared_ptr<const llm::Request>, llm::CallOptions options, llm::OnDone done) override {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::make_unique<std::stop_callback<std::function<void()>>>(
        options.stop, [done] { done({.answer = {}, .fault = llm::make_fault(llm::FaultKind::cancelled, "stopped")}); }));
    changed_.notify_all();
  }
  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<std::stop_callback<std::function<void()>>>> waiting_;
};

class Stoppable final : public testing::FakeStepContext {
 public:
  using FakeStepContext::FakeStepContext;
  std::stop_token stopping() const override { return source.get_token(); }
  void stop() {
    cancel = true;
    source.request_stop();
  }
  std::stop_source source;
};

TEST_F(AnAgent, ThatEndsWithoutSuccessSaysWhyAndKeepsWhatItHasOnABranch) {
  spec.limits.rounds = 1;
  model.call({{"edit_file", kEdit}});
  model.call({{"read_file", kRead}});
  const auto result = run();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(after_patch(tasks::change_output_from(result->output)->patch, "a.py"), "def count():\n    return 2\n");
  ASSERT_EQ(result->detour.size(), 2u);
  const auto& keep = result->detour[0];
  const auto& last = result->detour[1];
  EXPECT_EQ(std::pair(keep.queue, keep.kind), std::pair(tasks::Queue::git, std::string("keep")));
  EXPECT_EQ(keep.inputs.back(), step.ref.ordinal) << "what it had done goes onto the branch";
  const auto branch = tasks::keep_payload_from(keep.payload)->branch;
  EXPECT_EQ(branch, tasks::partial_branch(step.task.branch, step.ref.ordinal));
  EXPECT_EQ(last.depends_on, std::vector<std::int16_t>{keep.ordinal});

  auto end = step;
  end.kind = last.kind;
  end.payload = last.payload;
  const auto error = CodegenHandler({}).run(end, context);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().code, "agent_iterations");
  EXPECT_EQ(error.error().category, Category::needs_user);
  EXPECT_THAT(error.error().message, HasSubstr("changed by then: a.py; that is on branch " + branch));
  EXPECT_EQ(json::parse(error.error().details)->string_or("reason", ""), "iterations");
}

TEST_F(AnAgent, ThatHasNothingToKeepEndsAtOnce) {
  spec.limits.rounds = 1;
  model.call({{"read_file", kRead}});
  model.call({{"read_file", kRead}});
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "agent_iterations");
}

TEST_F(AnAgent, WhoseBudgetIsSpentEnds) {
  model.fault =
      llm::Fault{.kind = llm::FaultKind::budget, .error = fail_user("budget_exhausted", "the task has spent 5 USD", "raise it").error()};
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "agent_budget");
}

TEST_F(AnAgent, WhoseModelIsAwayIsTriedAgain) {
  model.fault = llm::make_fault(llm::FaultKind::overloaded, "busy");
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().category, Category::transient);
}

TEST_F(AnAgent, ThatWaitsSharesItsFilesWithOthersAndIsStoppedAtOnce) {
  constexpr std::size_t kLoops = 20;
  Silent silent;
  Agents agents(parts(silent));
  std::vector<std::shared_ptr<Stoppable>> contexts;
  std::vector<std::future<Result<runtime::StepResult>>> ends;
  for (std::size_t i = 0; i < kLoops; ++i) {
    auto now = step;
    now.ref.ordinal = static_cast<std::int16_t>(100 + i);
    now.payload = tasks::to_json_text(payload);
    const auto ended = std::make_shared<std::promise<Result<runtime::StepResult>>>();
    ends.push_back(ended->get_future());
    contexts.push_back(std::make_shared<Stoppable>(store));
    agents.start(std::make_shared<const runtime::Step>(std::move(now)), contexts.back(),
                 [ended](Result<runtime::StepResult> result) { ended->set_value(std::move(result)); });
  }
  silent.await(kLoops);
  const auto copies = [&] {
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(remote.work_dir())) found += entry.path().filename() == "a.py";
    return found;
  };
  EXPECT_EQ(copies(), 1u);
  for (const auto& context : contexts) context->stop();
  for (auto& end : ends) {
    const auto result = end.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().category, Category::transient);
  }
}

TEST_F(AnAgent, NeedsAModel) {
  std::optional<Result<runtime::StepResult>> ended;
  CodegenHandler(options()).start(std::make_shared<const runtime::Step>(step),
                                  std::shared_ptr<runtime::StepContext>(&context, [](auto*) {}),
                                  [&](Result<runtime::StepResult> result) { ended = std::move(result); });
  ASSERT_TRUE(ended && !*ended);
  EXPECT_EQ(ended->error().code, "agent_without_model");
}

TEST_F(AnAgent, WhoseSavedLoopNobodyCanReadSaysSo) {
  store.put({.step = step.ref, .attempt = 1, .kind = artifacts::Kind::agent_state, .name = "s", .lease_epoch = 1}, "nonsense");
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "agent_state_invalid");
}

}  // namespace
}  // namespace argosy::codegen
