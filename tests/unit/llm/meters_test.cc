// What calls come to as metrics, and that nothing stands in them that is not ours to show.
#include "common/llm/meters/meters.h"

#include <gmock/gmock.h>

#include "common/llm/meters/metering.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class MetersTest : public testing::Test {
 protected:
  static CallResult answered(std::string model) {
    return {.answer = {.text = {}, .usage = {.input = 100, .cached = 40, .output = 7}, .complete = true},
            .first_byte = 250ms,
            .model = std::move(model)};
  }
  static CallResult failed(std::string model, FaultKind kind) {
    return {.answer = {.text = {}}, .fault = make_fault(kind, "https://a/v1 says no to sk-secret"), .model = std::move(model)};
  }
  // The value behind a name and its labels, as they are rendered; empty: there is none.
  std::string value(const std::string& series) const {
    const auto text = metrics_.render();
    const auto at = text.find("\n" + series + " ");
    return at == std::string::npos ? "" : text.substr(at + series.size() + 2, text.find('\n', at + 1) - at - series.size() - 2);
  }

  const Catalogue catalogue_{{{.name = "small", .endpoint = {.base_url = "https://a/v1", .model = "vendor-small", .key = "sk-secret"}},
                              {.name = "large", .endpoint = {.base_url = "https://b/v1", .model = "vendor-large", .key = "sk-secret"}}}};
  telemetry::Metrics metrics_;
  Meters meters_{metrics_, catalogue_};
  VirtualTime time_;
};

TEST_F(MetersTest, CountTriesWithTheirTokensAndFirstByte) {
  meters_.tried("small", answered("small"));
  meters_.tried("small", answered("small"));
  meters_.tried("small", failed("small", FaultKind::overloaded));
  EXPECT_EQ(value(R"(argosy_model_tries_total{model="small",outcome="ok"})"), "2");
  EXPECT_EQ(value(R"(argosy_model_tries_total{model="small",outcome="model_overloaded"})"), "1");
  EXPECT_EQ(value(R"(argosy_model_tokens_total{model="small",type="input"})"), "200");
  EXPECT_EQ(value(R"(argosy_model_tokens_total{model="small",type="cached"})"), "80");
  EXPECT_EQ(value(R"(argosy_model_tokens_total{model="small",type="output"})"), "14");
  EXPECT_EQ(value(R"(argosy_model_first_byte_seconds_sum{model="small"})"), "0.5");
  EXPECT_EQ(value(R"(argosy_model_first_byte_seconds_count{model="small"})"), "2") << "nothing came of the third";
}

TEST_F(MetersTest, CountCallsByWhoAnsweredWithRetriesAndFallbacks) {
  auto retried = answered("small");
  retried.tries = 3;
  auto moved_on = answered("large");
  moved_on.route = std::make_shared<RouteDecision>(RouteDecision{.in_turn = {{.model = "small"}, {.model = "large"}}});
  auto stayed = answered("small");
  stayed.route = moved_on.route;
  for (const auto& result : {retried, moved_on, stayed, failed("", FaultKind::cancelled)}) meters_.called(result);
  EXPECT_EQ(value(R"(argosy_model_calls_total{model="small",outcome="ok"})"), "2");
  EXPECT_EQ(value(R"(argosy_model_calls_total{model="large",outcome="ok"})"), "1");
  EXPECT_EQ(value(R"(argosy_model_calls_total{model="none",outcome="cancelled"})"), "1");
  EXPECT_EQ(value(R"(argosy_model_retries_total{model="small"})"), "2");
  EXPECT_EQ(value(R"(argosy_model_fallbacks_total{model="small"})"), "1");
}

TEST_F(MetersTest, CountWhatACacheAnsweredBesideTheCalls) {
  for (const auto source : {Source::exact_cache, Source::exact_cache, Source::semantic_cache}) {
    auto result = answered("small");
    result.source = source;
    meters_.called(result);
  }
  EXPECT_EQ(value(R"(argosy_model_cache_hits_total{source="exact"})"), "2");
  EXPECT_EQ(value(R"(argosy_model_cache_hits_total{source="semantic"})"), "1");
  EXPECT_THAT(metrics_.render(), Not(HasSubstr("argosy_model_calls_total")));
}

TEST_F(MetersTest, NameModelsOfTheCatalogueAndNothingElse) {
  auto strange = failed("https://a/v1?key=sk-secret", FaultKind::unreachable);
  meters_.called(strange);
  meters_.tried("vendor-small", strange);
  EXPECT_EQ(value(R"(argosy_model_calls_total{model="other",outcome="model_unreachable"})"), "1");
  EXPECT_EQ(value(R"(argosy_model_tries_total{model="other",outcome="model_unreachable"})"), "1");
  for (const auto* secret : {"https", "sk-secret", "vendor-small"}) EXPECT_THAT(metrics_.render(), Not(HasSubstr(secret)));
}

TEST_F(MetersTest, TakeNoCountsThatCannotBe) {
  auto mad = answered("small");
  mad.answer.usage = {.input = -5, .output = std::nullopt};
  meters_.tried("small", mad);
  EXPECT_THAT(metrics_.render(), Not(HasSubstr("argosy_model_tokens_total")));
}

TEST_F(MetersTest, ShowBreakersAndWhoWaits) {
  Gates gates(time_, time_.after());
  const auto gate = gates.at(catalogue_.models()[0].endpoint, {.requests_per_minute = 1});
  for (int i = 0; i < 3; ++i) gate->enter(Gate::next_number(), "t", 1, 10min, [](const std::optional<Fault>&) {});
  show_gates(meters_, catalogue_, gates);
  EXPECT_EQ(value(R"(argosy_model_breaker{model="small",state="closed"})"), "1");
  EXPECT_EQ(value(R"(argosy_model_breaker{model="small",state="half_open"})"), "0");
  EXPECT_EQ(value(R"(argosy_model_waiting_calls{model="small"})"), "2");
  EXPECT_THAT(metrics_.render(), Not(HasSubstr("large"))) << "nobody has called it";
  gate->hint_down();
  show_gates(meters_, catalogue_, gates);
  EXPECT_EQ(value(R"(argosy_model_breaker{model="small",state="closed"})"), "0");
  EXPECT_EQ(value(R"(argosy_model_breaker{model="small",state="half_open"})"), "1");
}

TEST_F(MetersTest, CountMoneyWhenItIsSettledAndOnce) {
  class Books : public Ledger {
   public:
    Result<void> reserve(const Payer&, const std::string&, const std::string&, const Spend&, std::int64_t) override { return {}; }
    Result<void> settle(const std::string&, const Spend&, const Usage&) override {
      if (is_away) return fail_transient("database_unavailable", "away");
      return {};
    }
    bool is_away = false;
  } books;
  MeteringLedger ledger(books, meters_, time_);
  const std::string series = R"(argosy_model_spent_dollars_total{model="small"})";
  ASSERT_TRUE(ledger.reserve({}, "one", "small", {.money = 5 * kUsd}, 60'000));
  EXPECT_EQ(value(series), "");
  books.is_away = true;
  EXPECT_FALSE(ledger.settle("one", {.money = kUsd / 4}, {}));
  EXPECT_EQ(value(series), "");
  books.is_away = false;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(ledger.settle("one", {.money = kUsd / 4}, {}));
  EXPECT_EQ(value(series), "0.25");
}

TEST_F(MetersTest, HearOfACallBeforeItsCaller) {
  class Answering : public Model {
   public:
    void start(std::shared_ptr<const Request>, CallOptions, OnDone done) override { done({.answer = {.text = "x"}, .model = "small"}); }
  } inner;
  std::vector<std::string> heard;
  MeteringModel model(inner, [&](const CallResult& result) { heard.push_back("count " + result.answer.text); });
  model.start(std::make_shared<Request>(), {}, [&](const CallResult& result) { heard.push_back("done " + result.answer.text); });
  EXPECT_THAT(heard, testing::ElementsAre("count x", "done x"));
}

}  // namespace
}  // namespace argosy::llm
