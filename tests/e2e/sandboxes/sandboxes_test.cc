// A client's sandbox on a whole fleet, from its making to its worker's death; and what a task's tests found, case by case.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "common/core/subprocess.h"
#include "common/http/websocket_client.h"
#include "tests/support/eventually.h"
#include "tests/support/fleet/own_fleet.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {
namespace {

constexpr const char* kRepository = "e2e/boxes";
constexpr std::chrono::milliseconds kNextLine{1'000};  // after which a command's lines have come, or will not
constexpr const char* kSandboxes = "/api/v1/sandboxes";

class ClientsSandboxes : public SharedFleet<ClientsSandboxes> {
 public:
  static Environment environment() { return {{"ARGOSY_LEASE_MS", "2000"}, {"ARGOSY_RENEW_MS", "400"}, {"ARGOSY_SETUP", "off"}}; }

 protected:
  struct Answer {
    int status = 0;
    json::Value body;
    std::string problem() const { return body.string_or("type", ""); }
    std::string text() const { return std::to_string(status) + " " + json::dump(body); }
  };
  static Answer ask(const std::string& method, const std::string& path, const json::Value& body = {}) {
    const auto answer = fleet().request(method, path, body);
    if (!answer) throw std::runtime_error(to_string(answer.error()));
    return {answer->status, json::parse(answer->body).value_or(json::Value())};
  }
  static Answer exec(const std::string& id, json::Object body) {
    return ask("POST", fmt::format("{}/{}/exec", kSandboxes, id), std::move(body));
  }

  testing::GitFixture git_;
};
TEST_F(ClientsSandboxes, RunCommandsStreamTheirLogsKeepTheirLimitsAndEndWithTheirWorker) {
  git_.push_files({{"hello.sh", "echo hello from the tree\n"}});
  fleet().add_repository(kRepository, git_.url());
  Answer made;
  // A worker that has just started is known after its first report.
  ASSERT_TRUE(testing::eventually([&] {
    made = ask("POST", kSandboxes, json::Object{{"repository_id", kRepository}, {"limits", json::Object{{"memory_bytes", 128 << 20}}}});
    return made.status == 201;
  })) << made.text();
  const auto id = made.body.string_or("id", "");

  auto socket = http::WebSocketClient::connect(made.body.string_or("logs_url", ""));
  ASSERT_TRUE(socket) << to_string(socket.error());
  // Lines of a log are ephemeral: what is sent before the fan-out reads its part of the topic is seen by nobody. Asked again until they
  // come.
  std::string log;
  EXPECT_TRUE(testing::eventually([&] {
    const auto ran = exec(id, {{"command", "sh hello.sh; token=ghp_0123456789abcdefghijABCDEFGHIJ012345; echo $token"}});
    EXPECT_EQ(ran.body.int_or("exit_code", -1), 0) << ran.text();
    for (auto text = (*socket)->receive(kNextLine); text && *text; text = (*socket)->receive(kNextLine)) {
      const auto frame = json::parse(**text).value();
      if (frame.string_or("type", "") == "log") log += frame.find("data")->string_or("text", "");
    }
    return log.find("redacted") != std::string::npos;
  })) << log;
  EXPECT_NE(log.find("hello from the tree"), std::string::npos) << log;
  EXPECT_EQ(log.find("ghp_"), std::string::npos) << log;

  EXPECT_TRUE(exec(id, {{"command", "sleep 60"}, {"timeout_s", 1}}).body.bool_or("timed_out", false));
  EXPECT_TRUE(exec(id, {{"command", "head -c 500000000 /dev/zero | tail"}}).body.bool_or("oom", false));
  EXPECT_NE(exec(id, {{"command", json::Array{"getent", "hosts", "localhost.invalid"}}}).body.int_or("exit_code", 0), 0);
  EXPECT_EQ(exec(id, {{"command", "cat"}, {"stdin", "still alive"}}).body.string_or("stdout", ""), "still alive");

  fleet().kill9("testing");
  Answer gone;
  EXPECT_TRUE(testing::eventually([&] { return (gone = exec(id, {{"command", "true"}})).status == 410; })) << gone.text();
  EXPECT_EQ(gone.problem(), "/problems/sandbox_gone");
  EXPECT_FALSE(http::WebSocketClient::connect(made.body.string_or("logs_url", "")));
  EXPECT_EQ(ask("POST", kSandboxes, json::Object{{"repository_id", kRepository}}).status, 503);
  fleet().start("testing");
  EXPECT_TRUE(testing::eventually([&] { return ask("POST", kSandboxes, json::Object{{"repository_id", kRepository}}).status == 201; }));
}

TEST_F(ClientsSandboxes, AreUsedFromTheCommandLine) {
  git_.push_files({{"hello.sh", "echo hello from the tree\n"}});
  fleet().add_repository("e2e/cli", git_.url());
  const auto argosy = [&](std::vector<std::string> words, const std::string& input = "") {
    Command command{.argv = std::move(words), .env = clean_environment(), .input = input};
    command.argv.insert(command.argv.begin(), {ARGOSY_BINARY_DIR "/bin/argosy", "sandbox"});
    command.env["ARGOSY_URL"] = fleet().api_url();
    auto done = run(command);
    if (!done) throw std::runtime_error(to_string(done.error()));
    return std::move(*done);
  };
  Completed made;
  ASSERT_TRUE(testing::eventually([&] { return (made = argosy({"create", "--repo", "e2e/cli"})).exit_code == 0; })) << made.err;
  const auto id = made.out.substr(0, made.out.find(' '));
  EXPECT_EQ(argosy({"exec", id, "sh hello.sh"}).out, "hello from the tree\n");
  EXPECT_EQ(argosy({"exec", id, "--stdin", "-", "cat"}, "given").out, "given");
  const auto red = argosy({"exec", id, "--", "sh", "-c", "echo wrong >&2; exit 3"});
  EXPECT_EQ(red.exit_code, 1);
  EXPECT_EQ(red.err, "wrong\nargosy: exit code 3\n");
  EXPECT_NE(argosy({"list"}).out.find(id), std::string::npos);
  EXPECT_EQ(argosy({"rm", id}).exit_code, 0);
  EXPECT_EQ(argosy({"exec", id, "true"}).exit_code, 2);
  EXPECT_EQ(argosy({"make"}).exit_code, 2);
}

TEST_F(ClientsSandboxes, WhatATasksTestsFoundIsReadCaseByCase) {
  git_.push_files({{"tests/test_two.py",
                    "import unittest\n\n\nclass Two(unittest.TestCase):\n    def test_right(self):\n        self.assertTrue(True)\n\n"
                    "    def test_wrong(self):\n        self.assertEqual(1, 2, 'one is not two')\n"}});
  fleet().add_repository("e2e/tests", git_.url(), "python3 -m unittest discover -v -s tests");
  const json::Value change =
      json::Object{{"repository_id", "e2e/tests"},
                   {"change", json::Array{json::Object{{"op", "create_file"}, {"path", "note.txt"}, {"content", "a note\n"}}}}};
  const auto id = fleet().submit(change, "tests");
  const auto task = fleet().wait_terminal(id);
  const auto all = ask("GET", fmt::format("/api/v1/tasks/{}/tests", id));
  ASSERT_EQ(all.status, 200) << all.text();
  ASSERT_EQ(all.body.array_or_empty("runs").size(), 1u) << all.text() << json::dump_pretty(task);
  const auto& run = all.body.array_or_empty("runs")[0];
  EXPECT_EQ(run.int_or("passed", 0), 1);
  EXPECT_EQ(run.int_or("failed", 0), 1);
  const auto failed = ask("GET", fmt::format("/api/v1/tasks/{}/tests?status=failed", id));
  ASSERT_EQ(failed.body.array_or_empty("cases").size(), 1u) << failed.text();
  const auto& one = failed.body.array_or_empty("cases")[0];
  EXPECT_EQ(one.string_or("name", ""), "test_wrong");
  EXPECT_TRUE(one.bool_or("failed_before", false)) << failed.text();
  EXPECT_NE(one.string_or("message", "").find("one is not two"), std::string::npos) << failed.text();
  const auto first = ask("GET", fmt::format("/api/v1/tasks/{}/tests?limit=1", id));
  const auto next = ask("GET", fmt::format("/api/v1/tasks/{}/tests?limit=1&cursor={}", id, first.body.string_or("next_cursor", "")));
  EXPECT_EQ(first.body.array_or_empty("cases")[0].string_or("name", ""), "test_wrong");
  EXPECT_EQ(next.body.array_or_empty("cases")[0].string_or("name", ""), "test_right");
  EXPECT_TRUE(next.body.find("next_cursor")->is_null());
}

}  // namespace
}  // namespace argosy::test
