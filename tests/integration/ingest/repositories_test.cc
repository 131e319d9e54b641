// Repositories over the REST API: added, changed, listed, refused, and what a task takes of its own.
#include <gmock/gmock.h>

#include "common/store/queries.h"
#include "common/tasks/payloads.h"
#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class IngestRepositories : public Api {
 protected:
  void SetUp() override { start(); }
};

TEST_F(IngestRepositories, AddsChangesAndListsRepositories) {
  const json::Object first{{"repository_id", "org/a"},
                           {"url", "https://git.example.com/a.git"},
                           {"default_branch", "main"},
                           {"setup_command", "make fetch"},
                           {"test_command", "make check"}};
  const auto added = post("/api/v1/repositories", first);
  EXPECT_EQ(added.status, 201) << added.text;
  EXPECT_THAT(added.header("Location"), EndsWith("/api/v1/repositories/org/a"));
  EXPECT_EQ(post("/api/v1/repositories", first).status, 200);
  EXPECT_EQ(post("/api/v1/repositories", json::Object{{"repository_id", "org/b"}, {"url", "ssh://git@git.example.com/org/b.git"}}).status,
            201);
  EXPECT_EQ(post("/api/v1/repositories", json::Object{{"repository_id", "org/c"}, {"url", "file:///srv/c.git"}}).status, 201);

  EXPECT_EQ(get("/api/v1/repositories/org/a").body.string_or("test_command", ""), "make check");
  EXPECT_EQ(get("/api/v1/repositories/org/a").body.string_or("setup_command", ""), "make fetch");
  EXPECT_EQ(get("/api/v1/repositories/org%2Fb").body.string_or("url", ""), "ssh://git@git.example.com/org/b.git");
  EXPECT_EQ(get("/api/v1/repositories/org/none").problem(), "/problems/repository_not_found");
  EXPECT_EQ(get("/api/v1/repositories/none").problem(), "/problems/repository_not_found");

  std::vector<std::string> seen;
  for (std::string cursor;;) {
    const auto page = get("/api/v1/repositories?limit=2" + cursor);
    for (const auto& repository : page.body.array_or_empty("repositories")) seen.push_back(repository.string_or("repository_id", ""));
    const std::string next = page.body.string_or("next_cursor", "");
    if (next.empty()) break;
    cursor = "&cursor=" + next;
  }
  EXPECT_THAT(seen, ElementsAre("org/a", "org/b", "org/c"));
}

TEST_F(IngestRepositories, RefusesUrlsThatAreOptionsCommandsOrCarryCredentials) {
  for (const std::string url : {"ext::sh -c id", "--upload-pack=id", "https://user:hunter22@git.example.com/a.git",
                                "ftp://git.example.com/a", "", "git://git.example.com/a"}) {
    const auto answer = post("/api/v1/repositories", json::Object{{"repository_id", "org/a"}, {"url", url}});
    EXPECT_EQ(answer.status, 422) << url;
    EXPECT_EQ(answer.pointer(), "/url") << url;
    EXPECT_THAT(answer.text, ::testing::Not(HasSubstr("hunter22"))) << url;
  }
  for (const std::string branch : {"-x", "a..b", "a b", "/a", "a.lock", "a~1"}) {
    EXPECT_EQ(post("/api/v1/repositories",
                   json::Object{{"repository_id", "org/a"}, {"url", "https://x.example.com/a"}, {"default_branch", branch}})
                  .pointer(),
              "/default_branch")
        << branch;
  }
}

TEST_F(IngestRepositories, ATaskIsMadeOfItsRepositoryAsItIsSinceTheLastChange) {
  add_repository();
  const auto branch_of = [this](const std::string& task) {
    const auto stored = store::get_task(db(), kDefaultOrg, TaskId::parse(task).value_or(TaskId{}));
    const auto context = tasks::task_context_from((*stored)->context);
    return context ? context->default_branch : to_string(context.error());
  };
  for (const char* branch : {"first", "second"}) {
    const auto changed =
        post("/api/v1/repositories",
             json::Object{{"repository_id", kRepository}, {"url", "https://git.example.com/o/r"}, {"default_branch", branch}});
    ASSERT_EQ(changed.status, 200) << changed.text;
    EXPECT_EQ(branch_of(submit()), branch);
  }
}

}  // namespace
}  // namespace argosy::ingest
