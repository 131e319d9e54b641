// What a task asked of models, as clients read it, and whether that is kept.
#include "common/core/crypto.h"
#include "common/core/subprocess.h"
#include "common/store/blobs.h"
#include "common/store/models/exchanges.h"
#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

class Calls : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
    task_ = submit();
  }
  void asked(int minute, std::string sha256 = {}) {
    ASSERT_TRUE(store::put_exchange(
        db(), {.id = Uuid::v7(1'800'000'000'000 + minute * 60'000),
               .step = {*TaskId::parse(task_), 0},
               .attempt = 1,
               .kind = "plan",
               .role = "planner",
               .model = "large",
               .prompt = "plan",
               .prompt_hash = std::string(64, 'a'),
               .route = R"({"rule":"routes, line 4","in_turn":[{"model":"large","why":"the first that can"}],"passed_over":[]})",
               .source = "model",
               .tries = 1,
               .stop = "end_turn",
               .input = 1200 + minute,
               .output = 30,
               .started_at = 1'800'000'000'000 + minute * 60'000,
               .took_ms = 2500,
               .request_sha256 = std::move(sha256)}));
  }
  Completed argosy(std::vector<std::string> words, std::map<std::string, std::string> env) const {
    words.insert(words.begin(), ARGOSY_BINARY_DIR "/bin/argosy");
    auto done = argosy::run({.argv = std::move(words), .env = std::move(env)});
    EXPECT_TRUE(done);
    return done ? *done : Completed{};
  }
  static std::map<std::string, std::string> with(const std::string& name, const std::string& value) {
    auto env = minimal_env();
    env[name] = value;
    return env;
  }
  std::string task_;
};

TEST_F(Calls, AreReadPageByPage) {
  const std::string text = "{\"messages\":[]}";
  const auto sha256 = crypto::sha256_hex(text);
  ASSERT_TRUE(store::put_blob(db(), {.task = *TaskId::parse(task_), .kind = "model_call", .name = "call-1-request.json", .sha256 = sha256},
                              text, 1 << 20));
  asked(1, sha256);
  asked(2);
  asked(3);
  const auto path = "/api/v1/tasks/" + task_ + "/calls";
  auto page = get(path + "?limit=2");
  ASSERT_EQ(page.status, 200) << page.text;
  const auto& calls = page.body.array_or_empty("calls");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].int_or("input_tokens", 0), 1201);
  EXPECT_EQ(calls[0].find("prompt")->string_or("hash", ""), std::string(64, 'a'));
  EXPECT_EQ(calls[0].find("route")->string_or("rule", ""), "routes, line 4");
  EXPECT_TRUE(calls[0].find("fault")->is_null());
  EXPECT_TRUE(calls[0].find("cached_tokens")->is_null());
  const auto url = calls[0].find("request")->string_or("url", "");
  EXPECT_EQ(get(url.substr(url.find("/api/"))).text, text);
  EXPECT_TRUE(calls[1].find("request")->is_null());
  page = get(path + "?limit=2&cursor=" + page.body.string_or("next_cursor", ""));
  ASSERT_EQ(page.body.array_or_empty("calls").size(), 1u);
  EXPECT_TRUE(page.body.find("next_cursor")->is_null());
  EXPECT_EQ(get("/api/v1/tasks/" + task_ + "/artifacts").body.array_or_empty("artifacts")[0].string_or("kind", ""), "model_call");
}

TEST_F(Calls, OfATaskWithoutAnyAreNoneAndOfNoTaskNotFound) {
  const auto none = get("/api/v1/tasks/" + task_ + "/calls");
  ASSERT_EQ(none.status, 200) << none.text;
  EXPECT_TRUE(none.body.array_or_empty("calls").empty());
  EXPECT_EQ(get("/api/v1/tasks/" + Uuid::v7(1).to_string() + "/calls").problem(), "/problems/task_not_found");
  EXPECT_EQ(get("/api/v1/tasks/" + task_ + "/calls?cursor=x").problem(), "/problems/cursor_invalid");
  EXPECT_EQ(get("/api/v1/tasks/" + task_ + "/calls?limit=0").problem(), "/problems/parameter_invalid");
}

TEST_F(Calls, AreListedByTheCommandLine) {
  const auto env = with("ARGOSY_URL", "http://127.0.0.1:" + std::to_string(port()));
  EXPECT_NE(argosy({"calls", task_}, env).out.find("asked no model"), std::string::npos);
  asked(1);
  const auto lines = argosy({"calls", task_}, env);
  EXPECT_EQ(lines.exit_code, 0) << lines.err;
  for (const auto* word : {"plan", "large", "1201 in", "2.5 s", "end_turn", "plan@aaaaaaaaaaaa", "the first that can"})
    EXPECT_NE(lines.out.find(word), std::string::npos) << word << ": " << lines.out;
  const auto read = json::parse(argosy({"calls", task_, "--json"}, env).out);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->array_or_empty("calls").size(), 1u);
  EXPECT_EQ(argosy({"calls", "nothing"}, env).exit_code, 2);
}

TEST_F(Calls, TheirTextsAreKeptAsLongAsTheOrganisationSaysSo) {
  const auto keeps = [&] {
    const auto answer = get("/api/v1/settings");
    EXPECT_EQ(answer.status, 200) << answer.text;
    return std::pair(answer.body.bool_or("keep_conversations", false), answer.body.bool_or("is_default", false));
  };
  EXPECT_EQ(keeps(), std::pair(true, true));
  EXPECT_EQ(post("/api/v1/settings", json::Object{{"keep_conversations", false}}).status, 200);
  EXPECT_EQ(keeps(), std::pair(false, false));
  EXPECT_EQ(post("/api/v1/settings", json::Object{{"keep_conversations", nullptr}}).status, 200);
  EXPECT_EQ(keeps(), std::pair(true, true));
  for (const json::Object& body : {json::Object{}, json::Object{{"keep_conversations", "no"}},
                                   json::Object{{"keep_conversations", true}, {"more", 1}}, json::Object{{"keep", true}}}) {
    const auto refused = post("/api/v1/settings", body);
    EXPECT_EQ(refused.status, 422) << refused.text;
    EXPECT_EQ(refused.pointer(), "/keep_conversations");
  }
  EXPECT_EQ(call("POST", "/api/v1/settings", "[]", {{"Content-Type", "application/json"}}).status, 422);
  EXPECT_EQ(get("/api/v1/settings?colour=red").status, 400);

  const auto env = with("ARGOSY_POSTGRES_URL", database().url());
  EXPECT_NE(argosy({"conversations", "set", "default", "off"}, env).out.find("default                               off"),
            std::string::npos);
  EXPECT_EQ(keeps(), std::pair(false, false));
  EXPECT_NE(argosy({"conversations", "set", "each", "off"}, env).out.find("(every other)"), std::string::npos);
  EXPECT_EQ(argosy({"conversations", "set", "default", "none"}, env).exit_code, 0);
  EXPECT_EQ(keeps(), std::pair(false, true));
  EXPECT_EQ(argosy({"conversations", "set", "default", "maybe"}, env).exit_code, 2);
  EXPECT_EQ(argosy({"conversations", "set", "nobody", "on"}, env).exit_code, 2);
  EXPECT_EQ(argosy({"conversations", "list", "x"}, env).exit_code, 2);
}

}  // namespace
}  // namespace argosy::ingest
