// What ingest and the testing worker say to each other about sandboxes is read as it was written.
#include "common/tasks/testing/sandbox_calls.h"

#include <gtest/gtest.h>

namespace argosy::tasks {
namespace {

TEST(SandboxCalls, AreReadAsTheyWereWritten) {
  const MakeSandbox make{
      .id = SandboxId{Uuid::v4()}, .url = "https://example.org/a", .branch = "main", .commit = "", .limits = {.cpus = 1, .wall_s = 60}};
  const auto read = make_sandbox_from(json::dump(to_json(make)));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->id, make.id);
  EXPECT_EQ(read->url, make.url);
  EXPECT_EQ(read->branch, make.branch);
  EXPECT_EQ(read->limits, make.limits);

  const auto exec = exec_from(json::dump(to_json(Exec{.argv = {"cat", "a b"}, .timeout = std::chrono::seconds(7), .input = "x\n"})));
  ASSERT_TRUE(exec);
  EXPECT_EQ(exec->argv, (std::vector<std::string>{"cat", "a b"}));
  EXPECT_EQ(exec->timeout, std::chrono::seconds(7));
  EXPECT_EQ(exec->input, "x\n");

  const auto made = made_sandbox_from(json::dump(to_json(MadeSandbox{.commit = "c0ffee", .limits = {.memory_bytes = 5}})));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->commit, "c0ffee");
  EXPECT_EQ(made->limits.memory_bytes, 5);
}

TEST(SandboxCalls, ThatMakeNoSenseAreRefused) {
  for (const auto* text : {"", "[]", "{}", R"({"id":"x","url":"u"})", R"({"id":7})", R"({"argv":"ls","timeout_s":1})",
                           R"({"argv":[],"timeout_s":1})", R"({"argv":["ls"],"timeout_s":0})", R"({"argv":["ls"]})"}) {
    EXPECT_FALSE(make_sandbox_from(text)) << text;
    EXPECT_FALSE(exec_from(text)) << text;
  }
}

TEST(SandboxCalls, LimitsSayWhatTheyHoldAndNothingElse) {
  EXPECT_EQ(json::dump(to_json(SandboxLimits{.disk_bytes = 9})), R"({"disk_bytes":9})");
  EXPECT_EQ(sandbox_limits_from("not JSON"), SandboxLimits{});
  const auto negative = json::parse(R"({"cpus":-1})").value();
  JsonReader in(negative, "/limits");
  read_sandbox_limits(in);
  ASSERT_TRUE(in.problem());
  EXPECT_EQ(in.problem()->pointer, "/limits/cpus");
}

}  // namespace
}  // namespace argosy::tasks
