// What is fixed about a task when it is made.
#include "workers/ingest/submit/new_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/crypto.h"
#include "common/tasks/payloads.h"

namespace argosy::ingest {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr UnixMillis kNow = 1'795'282'433'123;  // 2026-11-21 17:33:53.123 UTC

TaskId id(std::uint8_t last = 0xcd) {
  TaskId out = *TaskId::parse("01a2b3c4-d5e6-7000-8000-0123456789ab");
  out.uuid.bytes[15] = last;
  return out;
}

TEST(BranchName, FillsInTimeSlugAndTheRandomEndOfTheId) {
  EXPECT_EQ(branch_name("argosy/{timestamp}-{slug}-{task}", id(), kNow, "Rename f -> g!"), "argosy/20261121-173353-rename-f-g-456789cd");
}

TEST(BranchName, KeepsTwoTasksOfOneSecondApartWhateverTheTemplateLacks) {
  for (const std::string form : {"argosy/{timestamp}-{slug}", "{slug}/{timestamp}", "argosy/{timestamp}", "x/{task}", "fixed"}) {
    EXPECT_NE(branch_name(form, id(1), kNow, "same"), branch_name(form, id(2), kNow, "same")) << form;
    EXPECT_EQ(branch_name(form, id(1), kNow, "same"), branch_name(form, id(1), kNow, "same")) << form;
  }
}

TEST(BranchName, TakesNothingFromThePromptButLettersDigitsAndDashes) {
  const auto name =
      branch_name("argosy/{timestamp}-{slug}", id(), kNow, "../../x; rm -rf ~ {task} {timestamp} \xff\n@{-1}" + std::string(500, 'y'));
  EXPECT_THAT(name, MatchesRegex("argosy/20261121-173353-[a-z0-9-]+"));
  EXPECT_LT(name.size(), 80u);
  EXPECT_THAT(branch_name("a/{slug}", id(), kNow, "…"), MatchesRegex("a/task-[0-9a-f]+"));
}

TEST(KindOf, IsTheSameForTheSameOperationsInAnyOrderAndNumber) {
  EXPECT_EQ(kind_of({tasks::EditFile{}, tasks::CreateFile{}, tasks::EditFile{}}), "create_file,edit_file");
  EXPECT_EQ(kind_of({tasks::CreateFile{}, tasks::EditFile{}}), "create_file,edit_file");
}

TEST(Minutes, RoundsUpToTenths) {
  EXPECT_DOUBLE_EQ(minutes(0ms), 0.0);
  EXPECT_DOUBLE_EQ(minutes(1ms), 0.1);
  EXPECT_DOUBLE_EQ(minutes(6s), 0.1);
  EXPECT_DOUBLE_EQ(minutes(6001ms), 0.2);
  EXPECT_DOUBLE_EQ(minutes(90s), 1.5);
}

class MakeTask : public testing::Test {
 protected:
  MakeTask() {
    settings_.public_url = "https://api.example.com";
    settings_.public_ws_url = "wss://ws.example.com";
    submission_ = {.id = id(),
                   .request = {.repository_id = "o/r",
                               .prompt = {},
                               .change = {tasks::DeleteFile{"a.txt"}},
                               .constraints = {.avoid_files = {"legacy/"}, .max_files_changed = 3},
                               .lane = tasks::Lane::urgent,
                               .webhooks = {"https://example.com/1", "https://example.com/2"}},
                   .repository = {.org = kDefaultOrg,
                                  .id = "o/r",
                                  .url = "https://git.example.com/o/r",
                                  .default_branch = "main",
                                  .test_command = "make test"},
                   .caller = {.org = kDefaultOrg, .user = "ada", .role = "developer"},
                   .created_at = kNow,
                   .canonical_body = R"({"a":1})",
                   .idempotency_key = "key",
                   .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                   .estimate = 90s};
  }
  config::Settings settings_;
  Submission submission_;
};

TEST_F(MakeTask, AnswersWithWhereTheTaskIsAndHowLongItMayTake) {
  const auto response = json::parse(make_task(submission_, settings_).response);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->string_or("task_id", ""), id().to_string());
  EXPECT_EQ(response->string_or("status", ""), "queued");
  EXPECT_DOUBLE_EQ(response->find("estimated_duration_minutes")->as_double(), 1.5);
  EXPECT_EQ(response->string_or("stream_url", ""), "wss://ws.example.com/ws/tasks/" + id().to_string() + "/stream");
  submission_.estimate = std::nullopt;
  EXPECT_TRUE(json::parse(make_task(submission_, settings_).response)->find("estimated_duration_minutes")->is_null());
}

TEST_F(MakeTask, TellsTheWorkersAllTheyNeedAndAWholeSecondForTheCommit) {
  const auto made = make_task(submission_, settings_);
  const auto context = tasks::task_context_from(made.context);
  ASSERT_TRUE(context) << to_string(context.error());
  EXPECT_EQ(context->url, "https://git.example.com/o/r");
  EXPECT_EQ(context->default_branch, "main");
  EXPECT_EQ(context->test_command, "make test");
  EXPECT_EQ(context->change.size(), 1u);
  EXPECT_EQ(context->avoid_files, std::vector<std::string>{"legacy/"});
  EXPECT_EQ(context->max_files_changed, 3);
  EXPECT_EQ(context->commit_time_ms, 1'795'282'433'000);
  EXPECT_THAT(context->branch, StartsWith("argosy/20261121-173353-delete-file-a-txt"));
  EXPECT_EQ(context->user, "ada");
  EXPECT_EQ(made.lane, tasks::Lane::urgent);
  EXPECT_EQ(made.kind, "delete_file");
  EXPECT_EQ(made.body_sha256, crypto::sha256(R"({"a":1})"));
  EXPECT_EQ(made.idempotency_key, "key");
}

TEST_F(MakeTask, ItsStepsMayTakeAsLongAsTheConfigurationSays) {
  settings_.step_deadline = std::chrono::minutes{7};
  for (const auto& step : make_task(submission_, settings_).steps) EXPECT_EQ(step.time_limit, std::chrono::minutes{7}) << step.kind;
}

TEST_F(MakeTask, BeginsWithThePlanAndHangsANotificationOfItsOwnPerWebhookOnTheEnd) {
  const auto steps = make_task(submission_, settings_).steps;
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].ordinal, 0);
  EXPECT_EQ(steps[0].queue, tasks::Queue::planning);
  EXPECT_FALSE(steps[0].on_task_end);
  for (int n = 1; n <= 2; ++n) {
    const auto& step = steps[static_cast<std::size_t>(n)];
    EXPECT_EQ(step.ordinal, n);
    EXPECT_EQ(step.queue, tasks::Queue::notifications);
    EXPECT_TRUE(step.on_task_end);
    const auto payload = tasks::notify_payload_from(step.payload);
    ASSERT_TRUE(payload);
    EXPECT_EQ(payload->target, n - 1);
    EXPECT_THAT(payload->delivery_id, EndsWith("_" + std::to_string(n)));
  }
  EXPECT_TRUE(tasks::check_dag(steps, {}));
}

}  // namespace
}  // namespace argosy::ingest
