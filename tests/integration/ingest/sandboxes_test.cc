// Sandboxes for clients: a real testing worker behind a real ingest, real commands in them.
#include <gmock/gmock.h>

#include <thread>

#include "common/core/crypto.h"
#include "common/core/ports.h"
#include "tests/integration/ingest/api.h"
#include "tests/support/eventually.h"
#include "tests/support/git_fixture.h"

namespace argosy::ingest {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSandboxes = "/api/v1/sandboxes";
constexpr auto kLeaseMs = "1500";

class Sandboxes : public Api {
 protected:
  void SetUp() override { remote_.push_files({{"README", "hello\n"}, {"src/run.sh", "echo from the tree\n"}}); }

  void start_with_worker(const test::Environment& worker = {}, const test::Environment& ingest = {}) {
    start(ingest);
    add_remote();
    start_worker(worker);
  }
  void start_worker(const test::Environment& more = {}) {
    test::ProcessOptions options{.program = "argosy-testing", .environment = more, .log = remote_.dir() / "testing.log"};
    options.health_port = free_port().value();
    options.environment.insert({{"ARGOSY_POSTGRES_URL", database().url()},
                                {"ARGOSY_KAFKA_BROKERS", std::getenv("ARGOSY_TEST_KAFKA_BROKERS")},
                                {"ARGOSY_ADMIN_PORT", std::to_string(options.health_port)},
                                {"ARGOSY_WORK_DIR", remote_.work_dir().string()},
                                {"ARGOSY_LEASE_MS", kLeaseMs},
                                {"ARGOSY_RENEW_MS", "300"},
                                {"ARGOSY_ALLOW_FILE_URLS", "true"}});
    worker_.emplace(std::move(options));
    worker_->wait_ready();
    ASSERT_TRUE(testing::eventually([&] { return database().value("SELECT count(*) FROM worker WHERE sandbox_address <> ''") == "1"; }));
  }
  void add_remote() {
    const auto answer = post("/api/v1/repositories", json::Object{{"repository_id", kRepository}, {"url", remote_.url()}});
    ASSERT_EQ(answer.status, 201) << answer.text;
  }
  Answer make(json::Object more = {}, http::Headers headers = {}) {
    json::Object body{{"repository_id", kRepository}};
    for (const auto& [key, value] : more) body[key] = value;
    return post(kSandboxes, body, std::move(headers));
  }
  std::string made(json::Object more = {}) {
    const auto answer = make(std::move(more));
    EXPECT_EQ(answer.status, 201) << answer.text << worker_->log();
    return answer.body.string_or("id", "");
  }
  static std::string at(const std::string& id) { return std::string(kSandboxes) + "/" + id; }
  Answer exec(const std::string& id, json::Value command, json::Object more = {}) {
    json::Object body{{"command", std::move(command)}};
    for (const auto& [key, value] : more) body[key] = value;
    return post(at(id) + "/exec", body);
  }
  // Runs until somebody ends it; a second one is refused as long as it does.
  std::jthread run_long(const std::string& id, Answer& ended) {
    std::jthread thread([this, id, &ended] {
      do ended = exec(id, "sleep 300");
      while (ended.status == 409);  // one of those below was quicker
    });
    EXPECT_TRUE(testing::eventually([&] { return exec(id, "true").problem() == "/problems/sandbox_busy"; }));
    return thread;
  }

  testing::GitFixture remote_;
  std::optional<test::Process> worker_;
};

TEST_F(Sandboxes, ACommandFindsTheFilesOfTheCommitAndThoseOfTheCommandsBefore) {
  const std::string first = remote_.git(remote_.author(), {"rev-parse", "HEAD"});
  remote_.push_files({{"README", "later\n"}});
  start_with_worker();
  const auto answer = make({{"commit", first}, {"limits", json::Object{{"memory_bytes", 256 << 20}, {"wall_s", 30}}}});
  ASSERT_EQ(answer.status, 201) << answer.text << worker_->log();
  const auto id = answer.body.string_or("id", "");
  EXPECT_THAT(answer.header("Location"), HasSubstr(at(id)));
  EXPECT_EQ(answer.body.string_or("commit", ""), first);
  EXPECT_EQ(answer.body.string_or("state", ""), "ready");
  EXPECT_EQ(answer.body.find("limits")->int_or("memory_bytes", 0), 256 << 20);
  EXPECT_EQ(answer.body.find("limits")->int_or("processes", 0), 512);

  const auto ran = exec(id, "cat README; sh src/run.sh; echo left > note; echo wrong >&2; exit 3");
  ASSERT_EQ(ran.status, 200) << ran.text;
  EXPECT_EQ(ran.body.string_or("stdout", ""), "hello\nfrom the tree\n");
  EXPECT_EQ(ran.body.string_or("stderr", ""), "wrong\n");
  EXPECT_EQ(ran.body.int_or("exit_code", 0), 3);
  EXPECT_TRUE(ran.body.find("signal")->is_null());
  EXPECT_EQ(exec(id, json::Array{"cat", "note", "-"}, {{"stdin", "given"}}).body.string_or("stdout", ""), "left\ngiven");
  EXPECT_EQ(exec(id, "kill -9 $$").body.int_or("signal", 0), 9);
  EXPECT_EQ(exec(id, json::Array{"no-such-program"}).body.int_or("exit_code", 0), 127);

  EXPECT_EQ(get(at(id)).body.string_or("class", ""), "bwrap");
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 1u);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(call("DELETE", at(id)).status, 204);
  EXPECT_EQ(exec(id, "true").problem(), "/problems/sandbox_gone");
  EXPECT_EQ(get(at(id)).body.string_or("state", ""), "removed");
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 0u);
}

TEST_F(Sandboxes, NothingThatACommandStartsOutlivesIt) {
  start_with_worker();
  const auto id = made();
  EXPECT_EQ(exec(id, "(while :; do date > alive; done) & echo started").status, 200);
  EXPECT_EQ(exec(id, "rm -f alive; for i in $(seq 20000); do :; done; ls alive").body.int_or("exit_code", 0), 2);
}

TEST_F(Sandboxes, LimitsHoldAndAreTold) {
  start_with_worker();
  const auto id = made({{"limits", json::Object{{"memory_bytes", 64 << 20}, {"disk_bytes", 16 << 20}, {"wall_s", 20}}}});
  const auto slow = exec(id, "sleep 60", {{"timeout_s", 1}});
  EXPECT_TRUE(slow.body.bool_or("timed_out", false)) << slow.text;
  EXPECT_NE(slow.body.int_or("signal", 0), 0) << slow.text;
  const auto large = exec(id, "head -c 400000000 /dev/zero | tail");
  EXPECT_TRUE(large.body.bool_or("oom", false)) << large.text;
  const auto loud = exec(id, "yes | head -c 3000000");
  EXPECT_TRUE(loud.body.bool_or("stdout_truncated", false));
  EXPECT_EQ(loud.body.string_or("stdout", "").size(), 1u << 20);

  // Too fast for anybody who watches: what is left is measured.
  const auto full = exec(id, "head -c 20000000 /dev/zero > large");
  EXPECT_TRUE(full.body.bool_or("out_of_disk", false)) << full.text;
  const auto gone = exec(id, "true");
  EXPECT_EQ(gone.problem(), "/problems/sandbox_gone");
  EXPECT_TRUE(testing::eventually([&] { return get(at(id)).body.string_or("reason", "") == "out_of_disk"; })) << gone.text;

  for (const auto& [name, value] :
       std::map<std::string, std::int64_t>{{"memory_bytes", std::int64_t{1} << 50}, {"wall_s", 4000}, {"cpus", 500}}) {
    const auto more = make({{"limits", json::Object{{name, value}}}});
    EXPECT_EQ(more.problem(), "/problems/sandbox_limit_refused") << more.text;
    EXPECT_THAT(more.text, HasSubstr(name));
  }
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 0u);  // what was refused does not count
}

TEST_F(Sandboxes, CommandsFollowOneAnotherAndARemovalEndsWhatRuns) {
  start_with_worker();
  const auto id = made();
  Answer ended;
  {
    const auto thread = run_long(id, ended);
    EXPECT_EQ(exec(id, "true").status, 409);
    EXPECT_EQ(call("DELETE", at(id)).status, 204);
  }
  EXPECT_EQ(ended.status, 200) << ended.text;
  EXPECT_TRUE(ended.body.bool_or("stopped", false)) << ended.text;
}

TEST_F(Sandboxes, AWorkerThatIsToldToStopEndsThemAndSaysSo) {
  start_with_worker();
  const auto id = made();
  Answer ended;
  {
    const auto thread = run_long(id, ended);
    EXPECT_EQ(worker_->terminate(), 0) << worker_->log();
  }
  EXPECT_EQ(ended.status, 200) << ended.text;
  EXPECT_TRUE(ended.body.bool_or("stopped", false)) << ended.text;
  EXPECT_NE(ended.body.int_or("signal", 0), 0) << ended.text;
  EXPECT_EQ(get(at(id)).body.string_or("reason", ""), "worker_stopped");
  const auto gone = exec(id, "true");
  EXPECT_EQ(gone.status, 410);
  EXPECT_NE(gone.body.string_or("hint", ""), "");
}

TEST_F(Sandboxes, OfAWorkerThatDiedAreGoneAndNoneIsMadeWithoutAWorker) {
  start_with_worker();
  const auto id = made();
  worker_->kill9();
  ASSERT_TRUE(testing::eventually([&] {
    const auto answer = exec(id, "true");
    EXPECT_TRUE(answer.status == 503 || answer.status == 410) << answer.text;
    return answer.problem() == "/problems/sandbox_gone";
  }));
  EXPECT_EQ(get(at(id)).body.string_or("reason", ""), "worker_lost");
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 0u);
  const auto none = make();
  EXPECT_EQ(none.status, 503) << none.text;
  EXPECT_NE(none.header("Retry-After"), "");
  EXPECT_EQ(database().value("SELECT reason FROM sandbox"), "worker_lost");
}

TEST_F(Sandboxes, OneThatNobodyUsesIsRemoved) {
  start_with_worker({{"ARGOSY_SANDBOX_IDLE_MS", "1000"}});
  const auto id = made();
  EXPECT_TRUE(testing::eventually([&] { return get(at(id)).body.string_or("reason", "") == "idle"; }));
  EXPECT_EQ(exec(id, "true").problem(), "/problems/sandbox_gone");
}

TEST_F(Sandboxes, AClassThatNoWorkerOffersIsRefusedAndNeverReplaced) {
  start_with_worker();
  for (const auto* kind : {"gvisor", "none"}) {
    const auto answer = make({{"class", kind}});
    EXPECT_EQ(answer.problem(), "/problems/sandbox_class_refused") << answer.text;
    EXPECT_EQ(answer.pointer(), "/class");
    EXPECT_THAT(answer.body.string_or("detail", ""), HasSubstr("bwrap"));
  }
}

TEST_F(Sandboxes, UnderOneKeyOneIsMade) {
  start_with_worker();
  const auto first = make({}, {{"Idempotency-Key", "one"}}), again = make({}, {{"Idempotency-Key", "one"}});
  ASSERT_EQ(again.status, 201) << again.text;
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.body.string_or("id", "a"), first.body.string_or("id", "b"));
  EXPECT_EQ(make({{"limits", json::Object{{"cpus", 1}}}}, {{"Idempotency-Key", "one"}}).problem(), "/problems/idempotency_key_reused");
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 1u);
}

TEST_F(Sandboxes, WhatCannotBeMadeLeavesNothingBehind) {
  start_with_worker();
  const auto missing = make({{"commit", std::string(40, 'a')}}, {{"Idempotency-Key", "again"}});
  EXPECT_EQ(missing.problem(), "/problems/sandbox_not_made") << missing.text;
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 0u);
  EXPECT_EQ(make({}, {{"Idempotency-Key", "again"}}).status, 201);  // the key is free again
  EXPECT_EQ(make({{"repository_id", "org/other"}}).problem(), "/problems/repository_unknown");
}

TEST_F(Sandboxes, WhatMakesNoSenseIsRefusedWithItsPlace) {
  start_with_worker();
  const std::vector<std::pair<json::Object, std::string>> bodies{
      {{{"commit", "main"}}, "/commit"},
      {{{"class", "docker"}}, "/class"},
      {{{"image", "x"}}, "/image"},
      {{{"limits", json::Object{{"cpus", 0}}}}, "/limits/cpus"},
      {{{"limits", json::Object{{"gpus", 1}}}}, "/limits/gpus"},
  };
  for (const auto& [body, pointer] : bodies) {
    const auto answer = make(body);
    EXPECT_EQ(answer.status, 422) << answer.text;
    EXPECT_EQ(answer.pointer(), pointer) << answer.text;
  }
  const auto id = made();
  const std::vector<std::pair<json::Value, std::string>> commands{{"", "/command"},
                                                                  {json::Array{}, "/command"},
                                                                  {7, "/command"},
                                                                  {std::string(200'000, 'a'), "/command"},
                                                                  {json::Array{"echo", std::string(131'072, 'a')}, "/command"}};
  for (const auto& [command, pointer] : commands) {
    const auto answer = exec(id, command);
    EXPECT_EQ(answer.status, 422) << answer.text;
    EXPECT_EQ(answer.pointer(), pointer) << answer.text;
  }
  for (const int seconds : {0, -1, 100'000}) EXPECT_EQ(exec(id, "true", {{"timeout_s", seconds}}).pointer(), "/timeout_s");
  EXPECT_EQ(exec(id, "cat", {{"stdin", std::string(600'000, 'a')}}).status, 413);
  EXPECT_EQ(call("POST", at(id) + "/exec", R"({"command":"a\u0000b"})").status, 400);
  EXPECT_EQ(exec(Uuid::v4().to_string(), "true").status, 404);
  EXPECT_EQ(exec("not-an-id", "true").status, 404);
  EXPECT_EQ(exec(id, json::Array{"echo", std::string(131'071, 'a')}).body.string_or("stdout", "").size(), 131'072u);
}

TEST_F(Sandboxes, AreTheirOrganisationsAloneAndSoManyOfIt) {
  TempDir folder;
  std::string lines;
  for (const auto& [token, org] : std::map<std::string, std::string>{{"ours", "11111111-1111-4111-8111-111111111111"},
                                                                     {"theirs", "22222222-2222-4222-8222-222222222222"}})
    lines += crypto::sha256_hex(token) + " " + org + " someone developer\n";
  ASSERT_TRUE(write_file_atomic(folder.path() / "tokens", lines, 0600));
  token_ = "ours";
  start_with_worker({}, {{"ARGOSY_TOKENS_FILE", (folder.path() / "tokens").string()}, {"ARGOSY_ORG_MAX_SANDBOXES", "2"}});
  const auto id = made();
  made();
  EXPECT_EQ(make().problem(), "/problems/too_many_sandboxes");
  token_ = "theirs";
  add_remote();
  EXPECT_EQ(get(at(id)).status, 404);
  EXPECT_EQ(exec(id, "true").status, 404);
  EXPECT_EQ(call("DELETE", at(id)).status, 404);
  EXPECT_EQ(get(kSandboxes).body.array_or_empty("sandboxes").size(), 0u);
  made();  // another's sandboxes do not count
  token_ = "ours";
  EXPECT_EQ(call("DELETE", at(id)).status, 204);
  made();
}

TEST_F(Sandboxes, OnlyIngestReachesTheWorkersEndpoint) {
  start_with_worker();
  const auto id = made();
  const auto url = "http://" + database().value("SELECT sandbox_address FROM worker WHERE sandbox_address <> ''") + "/sandboxes/" + id;
  for (const auto* authorization : {"", "Bearer ", "Bearer 00"}) {
    const auto answer = http::fetch({.method = "DELETE", .url = url, .headers = {{"Authorization", authorization}}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 401);
  }
  EXPECT_EQ(exec(id, "true").status, 200);
}

}  // namespace
}  // namespace argosy::ingest
