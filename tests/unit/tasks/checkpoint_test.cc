// Names and ids of checkpoints, and answers in a task's context.
#include "common/tasks/checkpoint.h"

#include <gtest/gtest.h>

#include "common/tasks/payloads.h"

namespace argosy::tasks {
namespace {

TEST(CheckpointId, GoesThereAndBack) {
  EXPECT_EQ(checkpoint_id(101, "review-2"), "101-review-2");
  const auto back = checkpoint_from_id("101-review-2");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->first, 101);
  EXPECT_EQ(back->second, "review-2");
}

TEST(CheckpointId, OfAnythingElseIsNone) {
  for (const auto* id :
       {"", "101", "101-", "-review", "x-review", "101-Review", "101-a b", "32768-review", "-1-review", "101--review", "101-../x"})
    EXPECT_FALSE(checkpoint_from_id(id)) << id;
  EXPECT_FALSE(is_checkpoint_name(std::string(65, 'a')));
  EXPECT_TRUE(is_checkpoint_name(std::string(64, 'a')));
}

TEST(Verdict, GoesThereAndBack) {
  for (const auto verdict : {Verdict::approve, Verdict::reject, Verdict::correct})
    EXPECT_EQ(verdict_from_string(to_string(verdict)), verdict);
  EXPECT_FALSE(verdict_from_string("maybe"));
}

TEST(TaskContext, KeepsTheAnswersOfPeople) {
  TaskContext context;
  context.rerun_of = "before";
  context.answers = {{.step = 101, .name = "review", .verdict = Verdict::correct, .text = "only \"src\""}};
  const auto back = task_context_from(to_json_text(context));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->rerun_of, "before");
  ASSERT_EQ(back->answers.size(), 1u);
  EXPECT_EQ(back->answers[0].step, 101);
  EXPECT_EQ(back->answers[0].name, "review");
  EXPECT_EQ(back->answers[0].verdict, Verdict::correct);
  EXPECT_EQ(back->answers[0].text, "only \"src\"");
}

TEST(TaskContext, RefusesAVerdictThatIsNone) {
  const std::string text =
      R"({"org_id":"o","repository_id":"r","url":"u","branch":"b","commit_time_ms":1,"answers":[{"step":1,"name":"n","verdict":"maybe","text":""}]})";
  EXPECT_FALSE(task_context_from(text));
}

}  // namespace
}  // namespace argosy::tasks
