// What POST /api/v1/tasks takes and what it refuses, and where it says the mistake is.
#include "workers/ingest/submit/task_request.h"

#include <gtest/gtest.h>

namespace argosy::ingest {
namespace {

Checked<TaskRequest> read(const std::string& text, RequestLimits limits = {}) {
  const auto body = json::parse(text);
  EXPECT_TRUE(body) << text;
  return read_task_request(*body, limits);
}

TEST(TaskRequest, ReadsEverythingItMayHold) {
  const auto request = read(R"({"repository_id":"gh_org/repo.name","prompt":"tidy up","change":[{"op":"delete_file","path":"a.txt"},
      {"op":"rename_symbol","language":"python","from":"f","to":"g"}],"constraints":{"avoid_files":["legacy/"],"max_files_changed":10},
      "max_fix_rounds":0,"priority":"urgent","notify":[{"webhook":"https://example.com/a"},{"webhook":"https://example.com/b"}]})");
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->repository_id, "gh_org/repo.name");
  EXPECT_EQ(request->prompt, "tidy up");
  EXPECT_EQ(request->change.size(), 2u);
  EXPECT_EQ(request->constraints.avoid_files, std::vector<std::string>{"legacy/"});
  EXPECT_EQ(request->constraints.max_files_changed, 10);
  EXPECT_EQ(request->max_fix_rounds, 0);
  EXPECT_EQ(request->lane, tasks::Lane::urgent);
  EXPECT_EQ(request->webhooks, (std::vector<std::string>{"https://example.com/a", "https://example.com/b"}));
}

TEST(TaskRequest, IsOfNormalPriorityWithoutConstraintsAndWebhooksUnlessItSaysSo) {
  const auto request = read(R"({"repository_id":"o/r","change":[{"op":"delete_file","path":"a"}]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->lane, tasks::Lane::normal);
  EXPECT_TRUE(request->constraints.avoid_files.empty());
  EXPECT_EQ(request->constraints.max_files_changed, std::nullopt);
  EXPECT_EQ(request->max_fix_rounds, std::nullopt) << "as the repository says";
  EXPECT_TRUE(request->webhooks.empty());
}

struct Bad {
  std::string text, type, pointer;
};

TEST(TaskRequest, NamesThePlaceOfEveryMistake) {
  const std::string change = R"("change":[{"op":"delete_file","path":"a"}])";
  const std::string long_text(70'000, 'x');
  std::string webhooks;
  for (int i = 0; i < 11; ++i) webhooks += std::string(i == 0 ? "" : ",") + R"({"webhook":"https://example.com"})";
  const std::vector<Bad> table{
      {"[]", "request_invalid", ""},
      {"null", "request_invalid", ""},
      {"\"text\"", "request_invalid", ""},
      {"{}", "request_invalid", ""},
      {R"({"repository_id":7,)" + change + "}", "request_invalid", "/repository_id"},
      {R"({"repository_id":"no-slash",)" + change + "}", "request_invalid", "/repository_id"},
      {R"({"repository_id":"../x",)" + change + "}", "request_invalid", "/repository_id"},
      {R"({"repository_id":"a/b/c",)" + change + "}", "request_invalid", "/repository_id"},
      {R"({"repository_id":"a/b c",)" + change + "}", "request_invalid", "/repository_id"},
      {R"({"repository_id":"a/)" + std::string(300, 'x') + "\"," + change + "}", "request_invalid", "/repository_id"},
      {R"({"repository_id":"o/r"})", "request_invalid", ""},
      {R"({"repository_id":"o/r","prompt":"do it"})", "prompt_needs_model", ""},
      {R"({"repository_id":"o/r","prompt":" \n"})", "request_invalid", ""},
      {R"({"repository_id":"o/r","prompt":7,)" + change + "}", "request_invalid", "/prompt"},
      {R"({"repository_id":"o/r","prompt":")" + long_text + "\"," + change + "}", "request_invalid", "/prompt"},
      {R"({"repository_id":"o/r","change":{}})", "request_invalid", "/change"},
      {R"({"repository_id":"o/r","change":[]})", "change_empty", "/change"},
      {R"({"repository_id":"o/r","change":[7]})", "change_invalid", "/change/0"},
      {R"({"repository_id":"o/r","change":[{"op":"delete_file","path":"a"},{"op":"explode"}]})", "change_invalid", "/change/1/op"},
      {R"({"repository_id":"o/r","change":[{"op":"delete_file","path":"../a"}]})", "path_unsafe", "/change/0/path"},
      {R"({"repository_id":"o/r","change":[{"op":"delete_file","path":"a","force":true}]})", "change_invalid", "/change/0/force"},
      {R"({"repository_id":"o/r","change":[{"op":"apply_diff","diff":"nonsense"}]})", "diff_malformed", "/change/0/diff"},
      {R"({"repository_id":"o/r","extra":1,)" + change + "}", "request_invalid", "/extra"},
      {R"({"repository_id":"o/r","a/b~c":1,)" + change + "}", "request_invalid", "/a~1b~0c"},
      {R"({"repository_id":"o/r","priority":"soon",)" + change + "}", "request_invalid", "/priority"},
      {R"({"repository_id":"o/r","priority":"",)" + change + "}", "request_invalid", "/priority"},
      {R"({"repository_id":"o/r","priority":null,)" + change + "}", "request_invalid", "/priority"},
      {R"({"repository_id":"o/r","max_fix_rounds":21,)" + change + "}", "request_invalid", "/max_fix_rounds"},
      {R"({"repository_id":"o/r","max_fix_rounds":-1,)" + change + "}", "request_invalid", "/max_fix_rounds"},
      {R"({"repository_id":"o/r","constraints":[],)" + change + "}", "request_invalid", "/constraints"},
      {R"({"repository_id":"o/r","constraints":{"max_files_changed":0},)" + change + "}", "request_invalid",
       "/constraints/max_files_changed"},
      {R"({"repository_id":"o/r","constraints":{"max_files_changed":1.5},)" + change + "}", "request_invalid",
       "/constraints/max_files_changed"},
      {R"({"repository_id":"o/r","constraints":{"max_files_changed":1e3},)" + change + "}", "request_invalid",
       "/constraints/max_files_changed"},
      {R"({"repository_id":"o/r","constraints":{"avoid_files":["a",""]},)" + change + "}", "request_invalid", "/constraints/avoid_files/1"},
      {R"({"repository_id":"o/r","constraints":{"avoid_files":"a"},)" + change + "}", "request_invalid", "/constraints/avoid_files"},
      {R"({"repository_id":"o/r","constraints":{"budget":1},)" + change + "}", "request_invalid", "/constraints/budget"},
      {R"({"repository_id":"o/r","notify":{},)" + change + "}", "request_invalid", "/notify"},
      {R"({"repository_id":"o/r","notify":["https://example.com"],)" + change + "}", "request_invalid", "/notify/0"},
      {R"({"repository_id":"o/r","notify":[{}],)" + change + "}", "request_invalid", "/notify/0"},
      {R"({"repository_id":"o/r","notify":[{"webhook":"https://example.com","secret":"x"}],)" + change + "}", "request_invalid",
       "/notify/0/secret"},
      {R"({"repository_id":"o/r","notify":[{"webhook":"http://example.com"}],)" + change + "}", "url_scheme_refused", "/notify/0/webhook"},
      {R"({"repository_id":"o/r","notify":[{"webhook":"https://example.com"},{"webhook":"https://127.1/"}],)" + change + "}",
       "address_refused", "/notify/1/webhook"},
      {R"({"repository_id":"o/r","notify":[{"webhook":"file:///etc/passwd"}],)" + change + "}", "url_invalid", "/notify/0/webhook"},
      {R"({"repository_id":"o/r","notify":[)" + webhooks + "]," + change + "}", "request_invalid", "/notify"},
  };
  for (const auto& bad : table) {
    const auto request = read(bad.text);
    ASSERT_FALSE(request) << bad.text;
    EXPECT_EQ(request.error().type, bad.type) << bad.text.substr(0, 200) << ": " << request.error().detail;
    EXPECT_EQ(request.error().pointer, bad.pointer) << bad.text.substr(0, 200) << ": " << request.error().detail;
    EXPECT_NE(find_problem_type(request.error().type), nullptr) << request.error().type;
  }
}

TEST(TaskRequest, HoldsTheConfiguredNumberOfOperations) {
  const std::string two = R"({"repository_id":"o/r","change":[{"op":"delete_file","path":"a"},{"op":"delete_file","path":"b"}]})";
  EXPECT_TRUE(read(two, {.max_operations = 2}));
  EXPECT_EQ(read(two, {.max_operations = 1}).error().type, "change_too_many");
}

TEST(TaskRequest, TakesALoopbackWebhookOnlyWhenThatIsAllowed) {
  const std::string text =
      R"({"repository_id":"o/r","change":[{"op":"delete_file","path":"a"}],"notify":[{"webhook":"http://127.0.0.1:9/x"}]})";
  EXPECT_TRUE(read(text, {.allow_loopback_webhooks = true}));
  EXPECT_FALSE(read(text));
}

TEST(TaskRequest, InWordsAloneIsTakenWhereThereIsAModel) {
  const auto body = json::parse(R"({"repository_id":"o/r","prompt":"do it","constraints":{"avoid_files":["a"]}})");
  const auto request = read_task_request(*body, {.has_model = true});
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->prompt, "do it");
  EXPECT_TRUE(request->change.empty());
  EXPECT_EQ(request->constraints.avoid_files, std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace argosy::ingest
