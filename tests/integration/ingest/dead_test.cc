// Dead letters through the API and the command line, on a real Postgres and a real Kafka.
#include <gmock/gmock.h>

#include "common/core/subprocess.h"
#include "tests/integration/ingest/api.h"
#include "tests/integration/ingest/played_worker.h"

namespace argosy::ingest {
namespace {

using ::testing::HasSubstr;

class DeadApi : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
  }

  // A task whose plan fails for good, for `code`.
  std::string dead_task(const std::string& code = "base_missing", Category category = Category::needs_user) {
    const std::string id = submit();
    PlayedWorker worker(db(), TaskId::parse(id).value());
    store::FinishedStep result;
    result.outcome = store::FinishedStep::Outcome::failed;
    result.error = Error{.category = category, .code = code, .message = "it is not there", .hint = "look again"};
    worker.finish(worker.claim(0, tasks::Queue::planning), std::move(result));
    return id;
  }

  static json::Object named(const std::string& task, int step = 0) {
    json::Array steps;
    steps.emplace_back(json::Object{{"task_id", task}, {"step", step}});
    return json::Object{{"steps", std::move(steps)}};
  }

  Completed argosy(std::vector<std::string> words) {
    Command command{.argv = {ARGOSY_BINARY_DIR "/bin/argosy"}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.env = minimal_env();
    command.env["ARGOSY_URL"] = "http://127.0.0.1:" + std::to_string(port());
    return run(command).value();
  }
};

TEST_F(DeadApi, AreListedAndShownAndRunAgain) {
  const std::string id = dead_task();
  const Answer list = get("/api/v1/dead?queue=planning&code=base_missing&category=B&repository_id=org/library");
  ASSERT_EQ(list.status, 200) << list.text;
  const auto& dead = list.body.array_or_empty("dead");
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].string_or("task_id", ""), id);
  EXPECT_EQ(get("/api/v1/dead?queue=git").body.array_or_empty("dead").size(), 0u);

  const Answer one = get("/api/v1/dead/" + id + "/0");
  ASSERT_EQ(one.status, 200) << one.text;
  EXPECT_EQ(one.body.find("error")->string_or("code", ""), "base_missing");
  EXPECT_EQ(one.body.array_or_empty("history").size(), 1u);

  const Answer redriven = post("/api/v1/dead/redrive", named(id));
  ASSERT_EQ(redriven.status, 200) << redriven.text;
  EXPECT_EQ(redriven.body.int_or("redriven", 0), 1);
  const Answer again = get("/api/v1/tasks/" + id);
  EXPECT_EQ(again.body.string_or("status", ""), "running");
  ASSERT_EQ(again.body.array_or_empty("past_errors").size(), 1u);
  EXPECT_EQ(again.body.array_or_empty("past_errors")[0].find("error")->string_or("code", ""), "base_missing");
  EXPECT_EQ(get("/api/v1/dead/" + id + "/0").problem(), "/problems/dead_letter_not_found");
  // A second time there is nothing left to do.
  EXPECT_EQ(post("/api/v1/dead/redrive", named(id)).body.int_or("redriven", -1), 0);
}

TEST_F(DeadApi, ComeBackInBulkInBoundedBatches) {
  for (int i = 0; i < 3; ++i) dead_task();
  const std::string other = dead_task("other");
  const std::string secret = dead_task("base_missing", Category::security);
  const json::Object filter{{"code", "base_missing"}};
  const Answer first = post("/api/v1/dead/redrive", json::Object{{"filter", filter}, {"limit", 2}});
  ASSERT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(first.body.int_or("redriven", 0), 2);
  EXPECT_TRUE(first.body.bool_or("more", false));
  const Answer second = post("/api/v1/dead/redrive", json::Object{{"filter", filter}, {"limit", 2}});
  EXPECT_EQ(second.body.int_or("redriven", 0), 1);
  EXPECT_FALSE(second.body.bool_or("more", true));
  // Another reason stays dead, and so does what concerns security until it is named.
  EXPECT_EQ(get("/api/v1/dead/" + other + "/0").status, 200);
  EXPECT_EQ(get("/api/v1/dead/" + secret + "/0").status, 200);
  const Answer third = post("/api/v1/dead/redrive", json::Object{{"filter", json::Object{{"category", "D"}}}});
  EXPECT_EQ(third.body.int_or("redriven", 0), 1);
}

TEST_F(DeadApi, PagesFollowEachOther) {
  for (int i = 0; i < 3; ++i) dead_task();
  const Answer first = get("/api/v1/dead?limit=2");
  EXPECT_EQ(first.body.array_or_empty("dead").size(), 2u);
  const Answer rest = get("/api/v1/dead?limit=2&cursor=" + first.body.string_or("next_cursor", ""));
  ASSERT_EQ(rest.body.array_or_empty("dead").size(), 1u);
  for (const auto& one : first.body.array_or_empty("dead"))
    EXPECT_NE(one.string_or("task_id", ""), rest.body.array_or_empty("dead")[0].string_or("task_id", ""));
}

TEST_F(DeadApi, RefusesWhatItDoesNotUnderstand) {
  for (const auto* bad : {"queue=none", "category=E", "since=yesterday", "until=1", "repository_id=x", "limit=0", "cursor=!"})
    EXPECT_EQ(get(std::string("/api/v1/dead?") + bad).status, 400) << bad;
  EXPECT_EQ(get("/api/v1/dead/none/0").status, 404);
  EXPECT_EQ(get("/api/v1/dead/01a1fff2-a334-71e0-94f1-2f5a453fca52/40000").status, 404);
  EXPECT_EQ(post("/api/v1/dead/redrive", json::Object{}).status, 422);
  EXPECT_EQ(post("/api/v1/dead/redrive", json::Object{{"steps", json::Array{json::Value(1)}}}).pointer(), "/steps/0");
  EXPECT_EQ(post("/api/v1/dead/redrive", json::Object{{"filter", json::Object{{"color", "red"}}}}).pointer(), "/filter/color");
  EXPECT_EQ(post("/api/v1/dead/redrive", json::Object{{"filter", json::Object{}}, {"limit", 0}}).pointer(), "/limit");
}

TEST_F(DeadApi, TheCommandLineDoesTheSame) {
  const std::string id = dead_task();
  for (int i = 0; i < 2; ++i) dead_task("other");
  EXPECT_THAT(argosy({"dead", "list", "--code", "base_missing"}).out, HasSubstr(id));
  EXPECT_THAT(argosy({"dead", "show", id, "0"}).out, HasSubstr("hint: look again"));
  EXPECT_EQ(argosy({"dead", "redrive"}).exit_code, 2);  // everything is meant only when somebody says so
  EXPECT_EQ(argosy({"dead", "redrive", id, "0"}).out, "1 redriven\n");
  EXPECT_EQ(argosy({"dead", "redrive", id, "0"}).exit_code, 1);
  EXPECT_EQ(argosy({"dead", "redrive", "--code", "other"}).out, "2 redriven\n");
  EXPECT_EQ(argosy({"dead", "redrive", "--all"}).out, "0 redriven\n");
}

}  // namespace
}  // namespace argosy::ingest
