// A call through all layers as a worker has them: over HTTP to the stand-in for model vendors, paid, kept and cached in a real Postgres.
#include "common/runtime/models/model_service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>
#include <map>
#include <mutex>

#include "common/store/blobs.h"
#include "common/store/flags/feature_flags.h"
#include "common/store/models/exchanges.h"
#include "common/store/spending.h"
#include "common/telemetry/tracing/otlp.h"
#include "common/telemetry/tracing/tracing.h"
#include "tests/integration/store/fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/models/model_server.h"

namespace argosy::runtime {
namespace {

using store::must;
using ::testing::HasSubstr;

class OneModelService : public store::StoreTest {
 protected:
  static test::ModelServer& server() {
    static test::ModelServer one;
    return one;
  }
  void SetUp() override {
    server().rules(R"([{"then": {"text": "kept"}}])");
    server().reset();
    const auto entry = [](std::string_view name) {
      return fmt::format(
          "  - {{name: {0}, api: openai-chat, base_url: \"{1}\", local: true, model: {0}-1, context_tokens: 8000, max_output_tokens: 1000, "
          "usd_per_million_tokens: {{input: 1, cache_read: 1, output: 2}}}}\n",
          name, server().url());
    };
    settings_.models = (folder_.path() / "models.yaml").string();
    ASSERT_TRUE(write_file_atomic(settings_.models, "models:\n" + entry("first") + entry("second")));
    settings_.postgres_url = database.url();
  }

  void open() { service_ = must(ModelService::open(settings_, process_)); }
  llm::CallResult call(const std::string& what = "What is it called?") { return start(what).get(); }
  std::future<llm::CallResult> start(const std::string& what) {
    auto request = std::make_shared<llm::Request>();
    request->messages = {{.role = llm::Role::user, .parts = {llm::Text{what}}}};
    request->max_tokens = 100;
    llm::CallOptions options{.kind = "summary",
                             .payer = llm::Payer{.org = kDefaultOrg, .user = "ann", .step = {task_, 0}},
                             .repository = "acme/app",
                             .commit = "c0ffee",
                             .prompt = {.name = "summary", .hash = "ab12"}};
    const auto done = std::make_shared<std::promise<llm::CallResult>>();
    service_->model().start(std::move(request), std::move(options), [done](llm::CallResult result) { done->set_value(std::move(result)); });
    return done->get_future();
  }
  std::vector<store::Exchange> journal() { return must(store::list_exchanges(*db, kDefaultOrg, task_, {}, 100)).value(); }
  std::string ledger() {
    return database.value("SELECT coalesce(string_agg(model || ' ' || state, ', ' ORDER BY reserved_at), '') FROM model_call");
  }
  std::size_t asked() { return server().requests().as_array().size(); }

  TempDir folder_;
  const TaskId task_ = submit_one();
  config::Settings settings_;
  Process process_{settings_, "codegen"};
  std::unique_ptr<ModelService> service_;
};

TEST_F(OneModelService, EditsAreCountedByModelAndFormatForAllProcesses) {
  open();
  for (int i = 0; i < 3; ++i) service_->edits().count("first", "udiff", i > 0);
  service_->edits().count("second", "whole", true);
  ASSERT_TRUE(testing::eventually([&] {
    std::int64_t counted = 0;
    for (const auto& one : must(store::list_model_edits(*db))) counted += one.applied + one.refused;
    return counted == 4;
  }));
  const auto first = must(service_->edits().of("first"));
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(fmt::format("{} {} {}", first[0].format, first[0].applied, first[0].refused), "udiff 2 1");
  EXPECT_THAT(process_.metrics().render(), HasSubstr("argosy_model_edits_total{format=\"udiff\",model=\"first\",outcome=\"refused\"} 1"));
}

TEST_F(OneModelService, AnEditWhoseCountIsRepeatedCountsOnce) {
  const auto once = Uuid::v4();
  must(store::count_model_edit(*db, "first", "whole", true, once));
  must(store::count_model_edit(*db, "first", "whole", true, once));
  EXPECT_EQ(must(store::list_model_edits(*db, "first")).at(0).applied, 1);
}

TEST_F(OneModelService, ACallIsPaidKeptAndCounted) {
  open();
  const auto result = call();
  ASSERT_FALSE(result.fault) << result.fault->error.message;
  EXPECT_EQ(result.answer.text, "kept");
  EXPECT_EQ(ledger(), "first settled");
  const auto kept = journal();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].model + " " + kept[0].source + " " + kept[0].stop, "first model end_turn");
  EXPECT_EQ(kept[0].prompt_hash, "ab12");
  EXPECT_EQ(must(json::parse(kept[0].route)).array_or_empty("in_turn").size(), 2u);
  EXPECT_THAT(must(store::get_blob(*db, task_, kept[0].request_sha256)).value(), HasSubstr("What is it called?"));
  const auto metrics = process_.metrics().render();
  EXPECT_THAT(metrics, HasSubstr("model=\"first\""));
  EXPECT_THAT(metrics, ::testing::Not(HasSubstr(server().url())));
}

TEST_F(OneModelService, TheSameCallAgainCostsNothing) {
  open();
  call();
  service_.reset();  // what is put into the cache after the answer is there
  open();
  const auto again = call();
  EXPECT_EQ(again.answer.text, "kept");
  EXPECT_EQ(again.source, llm::Source::exact_cache);
  EXPECT_EQ(asked(), 1u);
  EXPECT_EQ(ledger(), "first settled");
  ASSERT_EQ(journal().size(), 2u);
  EXPECT_EQ(journal()[1].source, "exact_cache");
}

TEST_F(OneModelService, WhereTheFirstModelBreaksOffTheNextAnswersAndEachIsPaid) {
  server().rules(
      R"([{"when": {"model": "first-1"}, "then": {"text": "half of it", "pieces": 4, "fault": "cut"}}, {"then": {"text": "all"}}])");
  open();
  const auto result = call();
  ASSERT_FALSE(result.fault) << result.fault->error.message;
  EXPECT_EQ(result.answer.text, "all");
  EXPECT_EQ(ledger(), "first settled, second settled");
  ASSERT_EQ(journal().size(), 1u) << "one call, however many tries";
  EXPECT_EQ(journal()[0].model, "second");
  EXPECT_EQ(journal()[0].tries, 2);
}

TEST_F(OneModelService, WithoutRoomInABudgetNothingIsSent) {
  must(store::set_budget(*db, {.scope = store::BudgetScope::org, .org = kDefaultOrg, .period = store::BudgetPeriod::day, .max_money = 1}));
  open();
  const auto result = call();
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->error.code, "budget_exhausted");
  EXPECT_EQ(result.fault->error.category, Category::needs_user);
  EXPECT_EQ(asked(), 0u);
  ASSERT_EQ(journal().size(), 1u);
  EXPECT_EQ(journal()[0].fault, "budget_exhausted");
}

TEST_F(OneModelService, CallsThatAreOpenEndAsCancelledBeforeItIsGone) {
  server().rules(R"([{"then": {"text": "never all of it", "pieces": 3, "fault": "stall"}}])");
  open();
  std::vector<std::future<llm::CallResult>> calls;
  for (const auto* what : {"a", "b", "c", "d", "e"}) calls.push_back(start(what));
  ASSERT_TRUE(testing::eventually([&] { return asked() == calls.size(); }));
  service_.reset();
  for (auto& call : calls) {
    ASSERT_EQ(call.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_EQ(call.get().fault->error.code, "cancelled");
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM model_call WHERE state = 'settled'"), "5") << "what was cancelled is settled all the same";
  EXPECT_EQ(journal().size(), calls.size());
}

TEST_F(OneModelService, AScriptIsPaidAndKeptButNotCached) {
  settings_.model = "script:" + (folder_.path() / "rules.yaml").string();
  ASSERT_TRUE(write_file_atomic(folder_.path() / "rules.yaml", "rules: [{answer: by rule}]"));
  open();
  EXPECT_EQ(call().answer.text, "by rule");
  EXPECT_EQ(call().source, llm::Source::model);
  EXPECT_EQ(ledger(), "first settled, first settled");
  EXPECT_EQ(asked(), 0u);
}

TEST_F(OneModelService, VectorsAreMadeWhereAModelEmbedsAndAreThereForThoseWhomRoutesAllow) {
  open();
  EXPECT_EQ(service_->embedder(), nullptr);
  EXPECT_FALSE(service_->may_embed({}));
  service_.reset();
  const auto models = must(read_file(settings_.models));
  const auto vectors = fmt::format(
      "  - {{name: vectors, api: openai-chat, base_url: \"{}\", local: true, model: v-1, context_tokens: 8000, can: [embedding], "
      "usd_per_million_tokens: {{input: 1}}}}\n",
      server().url());
  ASSERT_TRUE(write_file_atomic(settings_.models, models + vectors));
  open();
  const llm::CallOptions options{.payer = llm::Payer{.org = kDefaultOrg, .user = "ann", .step = {task_, 0}}, .repository = "acme/app"};
  EXPECT_TRUE(service_->may_embed(options));
  EXPECT_EQ(must(service_->embedder()->embed({"one", "two"}, options)).size(), 2u);
  EXPECT_EQ(ledger(), "vectors settled");
  service_.reset();
  ASSERT_TRUE(write_file_atomic(settings_.models, models + vectors + "routes:\n  - {when: {repository: acme/app}, use: [first]}\n"));
  open();
  EXPECT_FALSE(service_->may_embed(options)) << "no rule sends its text there";
}

TEST_F(OneModelService, AnswersToWhatIsAlikeAreGivenAsLongAsTheFlagIsOnForTheTask) {
  const auto vectors = fmt::format(
      "  - {{name: vectors, api: openai-chat, base_url: \"{}\", local: true, model: v-1, context_tokens: 8000, can: [embedding], "
      "usd_per_million_tokens: {{input: 1}}}}\n",
      server().url());
  ASSERT_TRUE(write_file_atomic(settings_.models, must(read_file(settings_.models)) + vectors));
  settings_.cache_rules = "response=0.50/1d";
  open();
  EXPECT_EQ(call("What is it called then?").source, llm::Source::model);
  EXPECT_TRUE(testing::eventually([&] { return database.value("SELECT count(*) FROM answer_cache") == "1"; }));
  EXPECT_EQ(call("then What is it called?").source, llm::Source::semantic_cache);
  service_.reset();
  must(store::set_feature_flag(*db, "semantic_answers", kDefaultOrg, 0, "ann", "wrong answers"));
  open();  // which reads it anew; one that runs does within ARGOSY_FLAGS_REFRESH_MS
  EXPECT_EQ(call("called then What is it?").source, llm::Source::model);
  EXPECT_EQ(call("What is it called then?").source, llm::Source::exact_cache);
}

struct KeptSpans final : telemetry::SpanSink {
  void take(telemetry::Span span) override {
    const std::lock_guard lock(mutex);
    spans.push_back(std::move(span));
  }
  std::mutex mutex;
  std::vector<telemetry::Span> spans;
};

TEST_F(OneModelService, ACallIsASpanOfWhoAsksInTheWordsForModelsAndWithoutWhatWasSaid) {
  server().rules(R"([{"then": {"text": "never told", "usage": {"input": 10, "output": 5}}}])");
  const auto kept = std::make_shared<KeptSpans>();
  telemetry::trace_to(kept);
  open();
  {
    const telemetry::TraceScope scope(telemetry::traced("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    EXPECT_FALSE(call("ask nobody").fault);
  }
  server().rules(R"([{"then": {"fault": "auth"}}])");
  {
    const telemetry::TraceScope scope(telemetry::traced("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    EXPECT_TRUE(call("ask again").fault);
  }
  EXPECT_FALSE(call("for nobody's trace").answer.complete);
  telemetry::trace_to(nullptr);
  ASSERT_EQ(kept->spans.size(), 2u);
  const auto& span = kept->spans[0];
  EXPECT_EQ(span.parent, "b7ad6b7169203331");
  EXPECT_EQ(span.kind, telemetry::SpanKind::client);
  EXPECT_EQ(span.name, "chat first-1");
  std::map<std::string_view, std::variant<std::string, std::int64_t, bool>> said;
  for (const auto& [key, value] : span.attributes) said[key] = value;
  EXPECT_EQ(std::get<std::string>(said.at("gen_ai.operation.name")), "chat");
  EXPECT_EQ(std::get<std::string>(said.at("gen_ai.system")), "openai");
  EXPECT_EQ(std::get<std::string>(said.at("gen_ai.request.model")), "first-1");
  EXPECT_EQ(std::get<std::int64_t>(said.at("gen_ai.usage.input_tokens")), 10);
  EXPECT_EQ(std::get<std::int64_t>(said.at("gen_ai.usage.output_tokens")), 5);
  EXPECT_TRUE(kept->spans[1].failed);
  const auto bytes = telemetry::encode_spans({}, kept->spans);
  EXPECT_FALSE(bytes.contains("ask nobody") || bytes.contains("never told"));
}

TEST_F(OneModelService, MistakesOfTheConfigurationAreToldAtStart) {
  settings_.cache_rules = "no such rule";
  EXPECT_EQ(ModelService::open(settings_, process_).error().code, "cache_rules_invalid");
  settings_.cache_rules = "";
  settings_.cache_embedder = "nobody";
  EXPECT_EQ(ModelService::open(settings_, process_).error().code, "model_unknown");
  settings_.model = "tape:x";
  EXPECT_EQ(ModelService::open(settings_, process_).error().code, "model_setting_invalid");
}

}  // namespace
}  // namespace argosy::runtime
