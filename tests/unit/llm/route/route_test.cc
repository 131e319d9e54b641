// Who is asked, in which order, and why: over models that differ in one thing, and over random ones.
#include "common/llm/route/route.h"

#include "common/llm/route/latencies.h"
#include "tests/unit/llm/route/models.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

const Need kPlain{.input_tokens = 1'000, .output_tokens = 1'000};

RouteDecision decide(const Catalogue& catalogue, const Need& need = kPlain, const Conditions& conditions = {}) {
  const auto made = route(catalogue, need, conditions);
  EXPECT_TRUE(made) << made.error().message;
  return made.value_or(RouteDecision());
}

Error refused(const Catalogue& catalogue, const Need& need = kPlain, const Conditions& conditions = {}) {
  const auto made = route(catalogue, need, conditions);
  EXPECT_FALSE(made);
  return made ? Error{} : made.error();
}

Need needing(Needs can) {
  Need need = kPlain;
  need.can = can;
  return need;
}

CheckReport check(const std::string& name, Ability ability, Grade grade = Grade::fails) {
  return {.name = name,
          .api = "ollama",
          .base_url = "http://127.0.0.1:1",
          .model = "m-" + name,
          .findings = {{.ability = ability, .verdict = {grade, "it said nonsense", ""}}}};
}

TEST(Route, WithoutRulesIsEveryModelThatCanAsTheFileListsThem) {
  const auto catalogue = catalogue_of(model_line("b") + model_line("none", "1", "stream") + model_line("a"));
  const auto made = decide(catalogue, needing({.tools = true}));
  EXPECT_THAT(names(made.in_turn), ElementsAre("b", "a"));
  ASSERT_THAT(names(made.passed_over), ElementsAre("none"));
  EXPECT_EQ(made.passed_over[0].why, "models.yaml does not say that it can do tools");
  EXPECT_THAT(made.rule, HasSubstr("as models.yaml lists them"));
}

TEST(Route, KeepsToTheModelsOfItsRule) {
  const auto catalogue =
      catalogue_of(model_line("a") + model_line("b") + model_line("c"), "  - {when: {kind: edit}, use: [c, a], hedge_after_ms: 10}\n");
  Need need = kPlain;
  need.what.kind = CallKind::edit;
  const auto made = decide(catalogue, need);
  EXPECT_THAT(names(made.in_turn), ElementsAre("c", "a"));
  EXPECT_THAT(names(made.passed_over), ElementsAre("b"));
  EXPECT_EQ(made.rule, "routes, line 6");
  EXPECT_EQ(made.hedge_after, 10ms);
}

TEST(Route, PrefersWhatTheCallCostsNotWhatATokenDoes) {
  // Cheap to read and dear to write, and the other way round.
  const std::string models =
      R"(  - {name: reader, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: r, context_tokens: 100000,
     max_output_tokens: 8000, usd_per_million_tokens: {input: 0.1, output: 10}}
  - {name: writer, api: ollama, base_url: "http://127.0.0.1:1", local: true, model: w, context_tokens: 100000,
     max_output_tokens: 8000, usd_per_million_tokens: {input: 1, output: 1}}
)";
  const auto catalogue = catalogue_of(models, "  - {prefer: price}\n");
  EXPECT_THAT(names(decide(catalogue, {.input_tokens = 90'000, .output_tokens = 100}).in_turn), ElementsAre("reader", "writer"));
  const auto made = decide(catalogue, {.input_tokens = 100, .output_tokens = 8'000});
  EXPECT_THAT(names(made.in_turn), ElementsAre("writer", "reader"));
  EXPECT_EQ(made.in_turn[0].why, "the call costs 0.0081 USD at most");
}

TEST(Route, PrefersWhoBeganSoonestAndWhoIsNotKnownYet) {
  const auto catalogue = catalogue_of(model_line("slow") + model_line("fast") + model_line("new"), "  - {prefer: latency}\n");
  const Conditions known{.lately = {{"slow", {.first_byte = 900ms}}, {"fast", {.first_byte = 90ms}}}};
  EXPECT_THAT(names(decide(catalogue, kPlain, known).in_turn), ElementsAre("new", "fast", "slow"));
  auto checked = check("new", Ability::stream, Grade::ok);
  checked.findings[0].first_byte = 300ms;
  const std::vector checks{checked};
  EXPECT_THAT(names(decide(catalogue, kPlain, {.lately = known.lately, .checks = checks}).in_turn), ElementsAre("fast", "new", "slow"))
      << "until it is asked, by what its check took";
}

TEST(Route, PutsWhoIsSlowerThanTheTargetBehindTheOthers) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b"), "  - {use: [a, b], max_first_byte_ms: 500}\n");
  const auto made = decide(catalogue, kPlain, {.lately = {{"a", {.first_byte = 501ms}}, {"b", {.first_byte = 500ms}}}});
  EXPECT_THAT(names(made.in_turn), ElementsAre("b", "a"));
  EXPECT_THAT(made.in_turn[1].why, HasSubstr("501 ms to the first byte, the rule wants 500"));
}

TEST(Route, NeverAsksWhoCostsTooMuchOrNobodyKnowsWhat) {
  const auto catalogue = catalogue_of(model_line("dear", "21") + model_line("fine", "20") + model_line("unknown", ""),
                                      "  - {when: {kind: edit}, max_usd_per_million_output: 20}\n");
  Need need = kPlain;
  const auto made = decide(catalogue, need);
  EXPECT_THAT(names(made.in_turn), ElementsAre("dear", "fine"));
  EXPECT_EQ(made.passed_over[0].why, "its price is not known, and the call counts in budgets of money");
  need.in_money = false;
  EXPECT_THAT(names(decide(catalogue, need).in_turn), ElementsAre("dear", "fine", "unknown"));
  need.what.kind = CallKind::edit;
  EXPECT_THAT(names(decide(catalogue, need).in_turn), ElementsAre("fine"));
}

TEST(Route, AddsTheNeedsOfTheRuleToThoseOfTheCall) {
  const auto catalogue = catalogue_of(model_line("a", "1", "tools") + model_line("b", "1", "tools, thinking"), "  - {needs: thinking}\n");
  EXPECT_THAT(names(decide(catalogue, needing({.tools = true})).in_turn), ElementsAre("b"));
}

TEST(Route, CountsImagesByWhatEachModelTakesForOne) {
  const auto catalogue = catalogue_of(model_line("short", "1", "images", 10'000) + model_line("long", "1", "images"));
  Need need = needing({.images = true});
  need.images = 8;
  EXPECT_THAT(names(decide(catalogue, need).in_turn), ElementsAre("short", "long"));
  need.images = 9;
  EXPECT_THAT(names(decide(catalogue, need).in_turn), ElementsAre("long"));
}

TEST(Route, DoesNotRelyOnWhatACheckFoundToFail) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b"));
  for (const auto& [ability, needs] : {std::pair{Ability::tool_call, Needs{.tools = true}},
                                       {Ability::tool_result, {.tools = true}},
                                       {Ability::schema, {.schema = true}},
                                       {Ability::plain, {}}}) {
    std::vector checks{check("a", ability)};
    const auto made = decide(catalogue, needing(needs), {.checks = checks});
    EXPECT_THAT(names(made.in_turn), ElementsAre("b")) << to_string(ability);
    EXPECT_THAT(made.passed_over[0].why, HasSubstr("fails: it said nonsense"));
    if (ability != Ability::plain) EXPECT_THAT(names(decide(catalogue, kPlain, {.checks = checks}).in_turn), ElementsAre("a", "b"));
    checks[0].findings[0].verdict.grade = Grade::weak;
    EXPECT_THAT(names(decide(catalogue, needing(needs), {.checks = checks}).in_turn), ElementsAre("a", "b"));
    checks[0] = check("a", ability);
    checks[0].model = "m-of-yesterday";
    EXPECT_THAT(names(decide(catalogue, needing(needs), {.checks = checks}).in_turn), ElementsAre("a", "b"))
        << "what another model did says nothing";
  }
}

TEST(Route, ReliesOnHalfAContextWhoseCheckFailed) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b"));
  const std::vector checks{check("a", Ability::long_input)};
  EXPECT_THAT(names(decide(catalogue, {.input_tokens = 49'000, .output_tokens = 1'000}, {.checks = checks}).in_turn),
              ElementsAre("a", "b"));
  EXPECT_THAT(names(decide(catalogue, {.input_tokens = 49'001, .output_tokens = 1'000}, {.checks = checks}).in_turn), ElementsAre("b"));
}

TEST(Route, TakesNoStreamFromWhoCannot) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b", "1", "tools"));
  EXPECT_TRUE(streams(catalogue.models()[0], {}));
  EXPECT_FALSE(streams(catalogue.models()[1], {}));
  const std::vector checks{check("a", Ability::stream)};
  EXPECT_FALSE(streams(catalogue.models()[0], {.checks = checks}));
}

TEST(Route, PassesOverAnOpenBreakerAndLetsAHalfOpenOneStandWhereItStands) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b"));
  const auto open = decide(catalogue, kPlain, {.lately = {{"a", {.breaker = BreakerState::open, .opens_in = 7s}}}});
  EXPECT_THAT(names(open.in_turn), ElementsAre("b"));
  EXPECT_THAT(open.passed_over[0].why, HasSubstr("for 7000 ms"));
  const auto half = decide(catalogue, kPlain, {.lately = {{"a", {.breaker = BreakerState::half_open}}}});
  EXPECT_THAT(names(half.in_turn), ElementsAre("a", "b")) << "or its probes would never come";
}

TEST(Route, WaitsWhenOnlyBreakersAreInTheWay) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b") + model_line("c", "1", "stream"));
  const auto error =
      refused(catalogue, needing({.tools = true}),
              {.lately = {{"a", {.breaker = BreakerState::open, .opens_in = 7s}}, {"b", {.breaker = BreakerState::open, .opens_in = 3s}}}});
  EXPECT_EQ(error.code, "model_paused");
  EXPECT_EQ(error.category, Category::transient);
  EXPECT_EQ(error.retry_after, 3s);
}

TEST(Route, AsksForLessWhenTheConversationIsTooLong) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b", "1", "stream", 200'000));
  Need need = needing({.tools = true});
  need.input_tokens = 100'000;
  const auto error = refused(catalogue, need);
  EXPECT_EQ(error.code, "context_too_long");
  EXPECT_EQ(error.category, Category::code_logic);
  EXPECT_THAT(error.message, HasSubstr("a: it holds 100000 tokens, the call takes about 100000 and may answer 1000"));
}

TEST(Route, SaysOfEachWhyNobodyIsLeft) {
  const auto catalogue = catalogue_of(model_line("a", "1", "stream") + model_line("b", ""));
  const auto error = refused(catalogue, needing({.tools = true}));
  EXPECT_EQ(error.code, "no_model_for_call");
  EXPECT_EQ(error.category, Category::needs_user);
  EXPECT_THAT(error.message, HasSubstr("a: models.yaml does not say that it can do tools; b: its price is not known"));
  EXPECT_THAT(error.hint, HasSubstr("argosy models route --explain"));
  EXPECT_THAT(refused(Catalogue()).hint, HasSubstr("ARGOSY_MODELS"));
}

TEST(Route, OfACallThatNamesItsModelIsThatOneOrNone) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("b", "1", "stream"), "  - {use: a}\n");
  Need need = kPlain;
  need.model = "b";
  const auto made = decide(catalogue, need);
  EXPECT_THAT(names(made.in_turn), ElementsAre("b"));
  EXPECT_EQ(made.passed_over[0].why, "the call names another model");
  need.can.tools = true;
  EXPECT_EQ(refused(catalogue, need).code, "no_model_for_call");
  need.model = "c";
  EXPECT_EQ(refused(catalogue, need).code, "model_unknown");
}

TEST(Route, WhatARepositoryMayUseNoCallCanNameAway) {
  const auto catalogue = catalogue_of(model_line("a") + model_line("here"),
                                      "  - {when: {repository: \"acme/*\"}, use: here}\n  - {when: {kind: edit}, use: here}\n");
  Need need = kPlain;
  need.model = "a";
  need.what.kind = CallKind::edit;
  EXPECT_THAT(names(decide(catalogue, need).in_turn), ElementsAre("a"));
  need.what.repository = "acme/one";
  EXPECT_THAT(refused(catalogue, need).message, HasSubstr("a: the rule does not name it"));
}

TEST(Route, OfEmbeddingsLeadsToModelsThatMakeThemAndOfAnswersToTheOthers) {
  const auto catalogue = catalogue_of(model_line("chat") + model_line("vectors", "1", "embedding"));
  EXPECT_THAT(names(decide(catalogue).in_turn), ElementsAre("chat"));
  Need need{.input_tokens = 100};
  need.what.kind = CallKind::embedding;
  EXPECT_THAT(names(decide(catalogue, need).in_turn), ElementsAre("vectors"));
}

TEST(Route, NeedsWhatTheRequestHolds) {
  Request request;
  request.messages = {{.role = Role::user, .parts = {Text{std::string(30'000, 'x')}, Image{"image/png", std::string(1 << 20, 'A')}}}};
  request.tools = {{.name = "read", .description = "", .parameters = json::Object{}}};
  request.schema = json::Object{};
  request.max_tokens = 77;
  const auto need = need_of(request, {.kind = "edit", .payer = Payer{kDefaultOrg, {}, {}}, .repository = "acme/one", .model = "b"});
  ASSERT_TRUE(need);
  EXPECT_EQ(need->can, (Needs{.tools = true, .images = true, .schema = true}));
  EXPECT_EQ(need->images, 1);
  EXPECT_GT(need->input_tokens, 10'000);
  EXPECT_LT(need->input_tokens, 20'000) << "an image's bytes are no tokens";
  EXPECT_EQ(need->output_tokens, 77);
  EXPECT_EQ(need->what.kind, CallKind::edit);
  EXPECT_EQ(need->what.org, kDefaultOrg);
  EXPECT_TRUE(need->in_money);
  EXPECT_FALSE(need_of(request, {})->in_money);
  EXPECT_EQ(need_of(request, {.kind = "edti"}).error().code, "call_kind_unknown");
}

TEST(Route, GoesOnAsTheTableOfFaultsHasIt) {
  const auto catalogue = catalogue_of(model_line("a", "2") + model_line("b", "1", "stream", 200'000));
  const auto &a = catalogue.models()[0], &b = catalogue.models()[1];
  EXPECT_FALSE(may_follow(AnotherModel::no, a, b, kPlain));
  EXPECT_TRUE(may_follow(AnotherModel::yes, a, b, kPlain));
  EXPECT_TRUE(may_follow(AnotherModel::larger, a, b, kPlain));
  EXPECT_FALSE(may_follow(AnotherModel::larger, b, a, kPlain));
  EXPECT_TRUE(may_follow(AnotherModel::cheaper, a, b, kPlain));
  EXPECT_FALSE(may_follow(AnotherModel::cheaper, b, a, kPlain));
}

TEST(Latencies, AreMovingMeansThatAreForgotten) {
  Latencies latencies;
  EXPECT_EQ(latencies.of("a", 0s), std::nullopt);
  latencies.learn("a", 100ms, 0s);
  latencies.learn("a", 200ms, 1s);
  EXPECT_EQ(latencies.of("a", 1s), 130ms);
  EXPECT_EQ(latencies.of("a", 1s + Latencies::kForgetAfter), 130ms);
  EXPECT_EQ(latencies.of("a", 2s + Latencies::kForgetAfter), std::nullopt);
  latencies.learn("a", 500ms, 2s + Latencies::kForgetAfter);
  EXPECT_EQ(latencies.of("a", 2s + Latencies::kForgetAfter), 500ms);
}

}  // namespace
}  // namespace argosy::llm
