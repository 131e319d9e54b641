// The whole way over real parts: models and vectors over HTTP, a ledger and a cache in Postgres, two processes.
#include "common/llm/cache/caching_model.h"

#include <future>
#include <iterator>

#include "common/core/file.h"
#include "common/core/subprocess.h"
#include "common/llm/call/http_model.h"
#include "common/llm/conversation_json.h"
#include "common/llm/embed/http_embedder.h"
#include "common/llm/embed/paying_embedder.h"
#include "common/runtime/models/answer_cache.h"
#include "common/runtime/models/spending_ledger.h"
#include "common/runtime/work_pool.h"
#include "tests/integration/answer_cache/fixture.h"
#include "tests/support/models/model_server.h"

namespace argosy::store {
namespace {

// A process that calls models: everything of its own but the database. One thread of its pool, so that what it keeps is kept before it
// looks again.
class CallingProcess {
 public:
  CallingProcess(const std::string& url, const testing::TestDatabase& database, std::string models)
      : db_(database.open(2)),
        http_({.endpoint = {.base_url = url, .model = "m"}, .local = true}, client_, gate("m", url), system_clock()),
        plain_(std::make_shared<llm::HttpEmbedder>(llm::HttpModelSettings{.endpoint = {.base_url = url, .model = "e"}, .local = true},
                                                   client_, gate("e", url), system_clock())),
        model_(http_, *cache_, &paying_, run_, {.models = std::move(models), .price = [](const auto&, const auto&) { return kUsd; }}) {}

  llm::CallResult ask(const llm::Request& request, llm::CallOptions options) {
    std::promise<llm::CallResult> promise;
    model_.start(std::make_shared<const llm::Request>(request), std::move(options),
                 [&](llm::CallResult result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }

 private:
  std::shared_ptr<llm::Gate> gate(const std::string& model, const std::string& url) { return gates_.at({.base_url = url, .model = model}); }

  std::shared_ptr<Database> db_;
  http::StreamClient client_;
  llm::After after_ = [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); };
  llm::Gates gates_{system_clock(), after_};
  llm::HttpModel http_;
  std::shared_ptr<llm::Embedder> plain_;
  std::unique_ptr<llm::AnswerCache> cache_ = runtime::answer_cache(db_, {});
  std::unique_ptr<llm::Ledger> ledger_ = runtime::spending_ledger(db_);
  llm::RunBlocking run_ = [this](std::function<void()> what) { return pool_.post(std::move(what)); };
  llm::PayingEmbedder paying_{plain_, {.name = "e", .prices = llm::Prices{.input = kUsd}}, *ledger_, run_, after_};
  llm::CachingModel model_;
  runtime::WorkPool pool_{1, 100};  // last: what it still runs uses the others
};

class CachedCalls : public Answers {
 protected:
  CachedCalls() { database.query("TRUNCATE model_call, budget_use"); }

  static llm::Request question(const std::string& text) {
    llm::Request request;
    request.messages = {{.role = llm::Role::user, .parts = {llm::Text{text}}}};
    return request;
  }
  llm::CallOptions options() const {
    llm::CallOptions made;
    made.kind = "plan";
    made.payer = llm::Payer{.org = org, .user = "ann", .step = {TaskId{Uuid::v4()}, 1}};
    made.repository = "org/name";
    made.commit = "c0ffee";
    return made;
  }
  std::int64_t billed(const std::string& model, const std::string& what) {
    std::int64_t sum = 0;
    for (const auto& call : server_.bill().array_or_empty("calls"))
      if (call.string_or("model", "") == model) sum += what.empty() ? 1 : call.int_or(what, 0);
    return sum;
  }

  test::ModelServer server_;
};

constexpr const char* kQuestion = "which parts of the parser must change so that the new token is read";
constexpr const char* kAlike = "which parts of the parser must change so that the new token is read please";
constexpr const char* kOther = "write a summary of what was done to the build";

TEST_F(CachedCalls, TwoProcessesAskTheSameOnce) {
  CallingProcess one(server_.url(), database, "m"), other(server_.url(), database, "m");
  EXPECT_EQ(one.ask(question(kQuestion), options()).source, llm::Source::model);
  // Each waits for its own pool; whether the first has kept it is known by its next look.
  EXPECT_EQ(one.ask(question(kQuestion), options()).source, llm::Source::exact_cache);
  const auto same = other.ask(question(kQuestion), options());
  EXPECT_EQ(same.source, llm::Source::exact_cache);
  EXPECT_EQ(same.answer.text, "Hello from the stand-in.");
  EXPECT_EQ(other.ask(question(kAlike), options()).source, llm::Source::semantic_cache);
  EXPECT_EQ(other.ask(question(kOther), options()).source, llm::Source::model);
  EXPECT_EQ(billed("m", ""), 2);
}

TEST_F(CachedCalls, OfOtherModelsOrAnotherCommitAreMadeAgain) {
  CallingProcess one(server_.url(), database, "m"), newer(server_.url(), database, "other models");
  one.ask(question(kQuestion), options());
  one.ask(question(kQuestion), options());
  EXPECT_EQ(newer.ask(question(kQuestion), options()).source, llm::Source::model);
  auto elsewhere = options();
  elsewhere.commit = "c0ffed";
  EXPECT_EQ(one.ask(question(kQuestion), elsewhere).source, llm::Source::model);
  elsewhere = options();
  elsewhere.payer->org = OrgId{Uuid::v4()};
  EXPECT_EQ(one.ask(question(kAlike), elsewhere).source, llm::Source::model);
}

TEST_F(CachedCalls, VectorsArePaidByWhoAsksAndHitsCostNothing) {
  {
    CallingProcess one(server_.url(), database, "m");
    for (int n = 0; n < 3; ++n) one.ask(question(kQuestion), options());
    one.ask(question(kAlike), options());
  }
  EXPECT_EQ(database.value("SELECT count(*) || ' ' || sum(tokens) FROM model_call WHERE model = 'e' AND state = 'settled'"),
            fmt::format("2 {}", billed("e", "input")));
  const auto stats = must(answer_cache_stats(*db, org, 1));
  ASSERT_EQ(stats.kinds.size(), 1u);
  EXPECT_EQ(stats.kinds[0].counts.exact, 2);
  EXPECT_EQ(stats.kinds[0].counts.semantic, 1);
  EXPECT_EQ(stats.kinds[0].counts.missed, 1);
  EXPECT_EQ(stats.kinds[0].counts.saved, 3 * kUsd);
}

class HandClock : public Clock {
 public:
  UnixMillis unix_ms() const override { return 0; }
  std::chrono::nanoseconds boot_time() const override { return now; }
  std::chrono::nanoseconds now{};
};

TEST_F(CachedCalls, HitsAreWrittenTogetherNowAndThenAndAtTheEnd) {
  const auto hits = [&] {
    const auto stats = must(answer_cache_stats(*db, org, 1));
    return stats.kinds.empty() ? 0 : stats.kinds[0].counts.exact;
  };
  HandClock clock;
  const llm::CachePlace place{.org = org, .repository = "org/name", .commit = "c0ffee", .kind = "plan"};
  auto cache = runtime::answer_cache(database.open(1), {}, VectorSearch::client, clock);
  const auto hit = [&] { must(cache->count(place, llm::CacheEvent::exact, kUsd)); };
  hit();
  EXPECT_EQ(hits(), 1);
  for (int n = 0; n < 5; ++n) hit();
  EXPECT_EQ(hits(), 1) << "the others wait";
  clock.now += std::chrono::minutes(1);
  hit();
  EXPECT_EQ(hits(), 7);
  hit();
  cache.reset();
  EXPECT_EQ(hits(), 8);
  EXPECT_EQ(must(answer_cache_stats(*db, org, 1)).kinds[0].counts.saved, 8 * kUsd);
}

TEST_F(CachedCalls, HitsThatCannotBeWrittenAreWrittenLater) {
  HandClock clock;
  const llm::CachePlace place{.org = org, .repository = "org/name", .commit = "c0ffee", .kind = "plan"};
  auto cache = runtime::answer_cache(database.open(1), {}, VectorSearch::client, clock);
  database.query("ALTER TABLE answer_cache_count RENAME TO away");
  EXPECT_FALSE(cache->count(place, llm::CacheEvent::exact, kUsd));
  EXPECT_TRUE(cache->count(place, llm::CacheEvent::missed, 0)) << "it is not tried each time";
  database.query("ALTER TABLE away RENAME TO answer_cache_count");
  cache.reset();
  const auto stats = must(answer_cache_stats(*db, org, 1));
  ASSERT_EQ(stats.kinds.size(), 1u);
  EXPECT_EQ(stats.kinds[0].counts.exact, 1);
  EXPECT_EQ(stats.kinds[0].counts.missed, 1);
}

TEST_F(CachedCalls, AreAnsweredFromACacheThatWasWarmed) {
  TempDir folder;
  const auto models = (folder.path() / "models.yaml").string(), lines = (folder.path() / "lines").string();
  must(write_file_atomic(models, fmt::format("models:\n  - {{name: e, api: openai-chat, base_url: \"{}\", model: e, local: true, "
                                             "context_tokens: 8000, can: [embedding]}}\n",
                                             server_.url())));
  llm::Answer good{.text = "Warm.", .stop = llm::StopReason::end_turn, .complete = true};
  llm::Answer cut = good;
  cut.stop = llm::StopReason::max_tokens;
  std::string text;
  for (const auto& answer : {good, cut})
    text += json::dump(json::Object{{"kind", "plan"},
                                    {"complexity", "high"},
                                    {"model", "another"},
                                    {"request", llm::to_json(question(answer.stop == cut.stop ? kOther : kQuestion))},
                                    {"answer", llm::to_json(answer)}}) +
            "\n";
  must(write_file_atomic(lines, text));
  auto environment = minimal_env();
  environment["ARGOSY_POSTGRES_URL"] = database.url();
  environment["ARGOSY_MODELS"] = models;
  const auto warmed = must(run({.argv = {ARGOSY_BINARY_DIR "/bin/argosy", "cache", "warm", lines, "--org", org.to_string(), "--repo",
                                         "org/name", "--commit", "c0ffee"},
                                .env = environment}));
  EXPECT_EQ(warmed.exit_code, 0) << warmed.err;
  EXPECT_THAT(warmed.out, ::testing::HasSubstr("line 2 is not kept: the answer is not whole\nkept 1, passed over 1\n"));

  CallingProcess one(server_.url(), database, llm::models_digest(models));
  auto hard = options();
  hard.complexity = llm::Complexity::high;
  const auto same = one.ask(question(kQuestion), hard);
  EXPECT_EQ(same.answer.text, "Warm.");
  EXPECT_EQ(same.model, "another") << "who answered; the call names no model";
  EXPECT_EQ(one.ask(question(kAlike), hard).source, llm::Source::semantic_cache);
  EXPECT_EQ(one.ask(question(kOther), hard).source, llm::Source::model);
  EXPECT_EQ(one.ask(question(kQuestion), options()).source, llm::Source::model) << "it looked hard";
}

}  // namespace
}  // namespace argosy::store
