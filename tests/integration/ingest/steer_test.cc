// Steering a task over the API: what each operation answers, repeated, for foreign tasks and in the wrong state.
#include "tests/integration/ingest/api.h"

#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

class SteerApi : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
  }
  Answer steer(const std::string& task, const std::string& what, json::Object body = {}, http::Headers headers = {}) {
    return post("/api/v1/tasks/" + task + "/" + what, body, std::move(headers));
  }
  json::Value shown(const std::string& task) { return get("/api/v1/tasks/" + task).body; }
  static std::string nobodys() { return TaskId{Uuid::v7(1)}.to_string(); }
};

TEST_F(SteerApi, PausesATaskAndLetsItGoOn) {
  const std::string task = submit();
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "pause");
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_TRUE(answer.body.bool_or("paused", false));
  }
  EXPECT_EQ(shown(task).string_or("status", ""), "waiting");
  EXPECT_TRUE(shown(task).bool_or("paused", false));
  const auto listed = get("/api/v1/tasks?status=waiting").body;
  ASSERT_EQ(listed.array_or_empty("tasks").size(), 1u);
  EXPECT_TRUE(listed.array_or_empty("tasks")[0].bool_or("paused", false));
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto answer = steer(task, "resume");
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_FALSE(answer.body.bool_or("paused", true));
  }
  EXPECT_EQ(shown(task).string_or("status", ""), "queued");
  EXPECT_FALSE(shown(task).bool_or("paused", true));
}

TEST_F(SteerApi, RefusesToSteerWhatHasEndedAndSaysWhatToDo) {
  const std::string task = submit();
  EXPECT_EQ(steer(task, "cancel").status, 200);
  for (const std::string what : {"pause", "resume"}) {
    const auto answer = steer(task, what);
    EXPECT_EQ(answer.status, 409) << what;
    EXPECT_EQ(answer.problem(), "/problems/task_final") << what;
    EXPECT_FALSE(answer.body.string_or("hint", "").empty()) << what;
    EXPECT_EQ(steer(nobodys(), what).status, 404) << what;
    EXPECT_EQ(steer("no-id", what).status, 404) << what;
  }
}

}  // namespace
}  // namespace argosy::ingest
