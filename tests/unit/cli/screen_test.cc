#include "workers/cli/client/screen.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "workers/cli/client/task_model.h"

namespace argosy::cli {
namespace {

json::Value read(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::Value());
}

TaskModel task() {
  return task_from(read(R"({"task_id":"t","repository_id":"o/n","status":"running","progress_percentage":25,
    "created_at":"2026-11-21T10:00:00.000Z","finished_at":null,"error":null,"result":null,"stream_url":"ws://x/s",
    "steps":[
      {"step":0,"queue":"planning","title":"plan","state":"succeeded","depends_on":[],"attempts":1,
       "started_at":"2026-11-21T10:00:00.100Z","finished_at":"2026-11-21T10:00:00.600Z"},
      {"step":100,"queue":"codegen","title":"rename_symbol a -> b","state":"running","depends_on":[0],"attempts":2,
       "started_at":"2026-11-21T10:00:01.000Z","finished_at":null},
      {"step":101,"queue":"testing","title":"test","state":"blocked","depends_on":[100],"attempts":0,"started_at":null,"finished_at":null}]})"));
}

constexpr UnixMillis kStart = 1'795'255'200'000;  // 2026-11-21T10:00:00Z

TEST(TaskModel, ReadsTimesToTheMillisecond) {
  EXPECT_EQ(time_from("2026-11-21T10:00:00.000Z"), kStart);
  EXPECT_EQ(time_from("2026-11-21T10:00:00.123Z"), kStart + 123);
  EXPECT_EQ(time_from("2026-11-21T10:00:00Z"), kStart);
  EXPECT_EQ(time_from("soon"), 0);
}

TEST(TaskModel, FollowsTheEventsOfItsSteps) {
  auto model = task();
  EXPECT_TRUE(apply_event(model, "step_state", read(R"({"step":100,"queue":"codegen","state":"succeeded","attempt":2})"), kStart + 3000));
  EXPECT_EQ(model.steps[100].state, "succeeded");
  EXPECT_EQ(model.steps[100].finished_at, kStart + 3000);
  EXPECT_EQ(model.progress, 66);
  EXPECT_TRUE(apply_event(model, "task_state", read(R"({"status":"failed"})"), kStart + 4000));
  EXPECT_TRUE(model.ended());
}

TEST(TaskModel, NeverLetsProgressFall) {
  auto model = task();
  model.progress = 90;
  apply_event(model, "step_state", read(R"({"step":100,"queue":"codegen","state":"succeeded","attempt":2})"), kStart);
  EXPECT_EQ(model.progress, 90);
}

TEST(TaskModel, SaysWhenTheGraphHasGrown) {
  auto model = task();
  EXPECT_FALSE(apply_event(model, "step_state", read(R"({"step":102,"queue":"git","state":"ready","attempt":0})"), kStart));
}

TEST(TaskModel, DescribesEachKindOfEventInALine) {
  const auto model = task();
  const std::pair<const char*, const char*> events[][2] = {
      {{"task_state", R"({"status":"planning"})"}, {"", "task planning"}},
      {{"step_state", R"({"step":100,"queue":"codegen","state":"running","attempt":2})"},
       {"", "step 100 codegen running (attempt 2): rename_symbol a -> b"}},
      {{"running", R"({"step":101,"queue":"testing","attempt":1})"}, {"", "step 101 testing running: test"}},
      {{"file_modified", R"({"path":"a.py","diff_stat":{"added":2,"removed":1}})"}, {"", "changed a.py +2 -1"}},
      {{"command_executed", R"({"command":"pytest","exit_code":0})"}, {"", "ran pytest (exit code 0)"}},
      {{"error", R"({"category":"B","code":"x","message":"why"})"}, {"", "error B x: why"}},
      {{"log", "{}"}, {"", ""}},
  };
  for (const auto& [event, expected] : events) EXPECT_EQ(describe_event(model, event.first, read(event.second)), expected.second);
}

TEST(Screen, DrawsOneIndentedLineAStep) {
  EXPECT_EQ(draw(task(), kStart + 4000, {.width = 200}),
            "t  running  ██████░░░░░░░░░░░░░░░░░░  25 %  4.0 s\n"
            "  ✓ planning      succeeded     0.5 s  plan\n"
            "    ● codegen       running       3.0 s  rename_symbol a -> b (attempt 2)\n"
            "      · testing       blocked              test\n");
}

TEST(Screen, NeverMakesALineLongerThanTheTerminal) {
  for (const std::size_t width : {1u, 7u, 20u, 40u}) {
    const auto picture = draw(task(), kStart, {.width = width});
    std::size_t characters = 0;
    for (const char c : picture) {
      if (c == '\n') {
        EXPECT_LE(characters, width);
        characters = 0;
      } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        ++characters;
      }
    }
  }
}

TEST(Screen, ShowsWhatIsToComeWhenNotEverythingFits) {
  const auto picture = draw(task(), kStart, {.width = 200, .height = 3});
  EXPECT_EQ(std::ranges::count(picture, '\n'), 3);
  EXPECT_EQ(picture.find("planning "), std::string::npos) << picture;
  EXPECT_NE(picture.find("testing"), std::string::npos) << picture;
}

TEST(Screen, SurvivesAGraphThatRunsInACircle) {
  auto model = task();
  model.steps[0].depends_on = {101};
  EXPECT_FALSE(draw(model, kStart, {}).empty());
}

TEST(Screen, TellsTheOutcome) {
  auto model = task();
  model.status = "succeeded";
  model.result = read(
      R"({"branch":"argosy/x","commit":"0123456789abcdef","files_changed":3,"tests":{"passed":7,"failed":0,"skipped":1,"duration_ms":61000}})");
  EXPECT_EQ(outcome_text(model), "branch argosy/x  commit 0123456789ab  files 3\ntests: 7 passed, 0 failed, 1 skipped in 1 min 01 s\n");
  model.status = "failed";
  model.error = read(R"({"category":"B","code":"symbol_not_found","message":"no a","hint":"look again"})");
  EXPECT_EQ(outcome_text(model), "task failed: no a (B symbol_not_found)\n  look again\n");
}

}  // namespace
}  // namespace argosy::cli
