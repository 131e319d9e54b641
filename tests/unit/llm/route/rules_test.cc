// The rules of models.yaml: read exactly, every mistake with its place, and one of them decides.
#include "common/llm/route/rules.h"

#include "tests/unit/llm/route/models.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

const std::string kTwo = model_line("small") + model_line("big");
constexpr std::string_view kOrg = "7f000000-0000-4000-8000-000000000007";

std::string mistake(const std::string& routes) {
  const auto read = parse_models("models:\n" + kTwo + "routes:" + routes, "models.yaml", {});
  if (read) return "none";
  EXPECT_EQ(read.error().code, "models_invalid");
  return read.error().message;
}

TEST(Routes, AreReadExactly) {
  const auto read =
      catalogue_of(kTwo, R"(  - when: {kind: [edit, review], complexity: high, organisation: default, repository: ["acme/*", other/one]}
    use: [big, small]
    prefer: price
    max_usd_per_million_output: 20.5
    max_first_byte_ms: 3000
    needs: [tools, thinking]
    hedge_after_ms: 5000
  - {prefer: latency}
)");
  ASSERT_EQ(read.routes().size(), 2U);
  const RouteRule& rule = read.routes()[0];
  EXPECT_EQ(rule.when.kinds, (std::vector{CallKind::edit, CallKind::review}));
  EXPECT_EQ(rule.when.complexities, std::vector{Complexity::high});
  EXPECT_EQ(rule.when.organisations, std::vector{kDefaultOrg});
  EXPECT_EQ(rule.when.repositories, (std::vector<std::string>{"acme/*", "other/one"}));
  EXPECT_EQ(rule.use, (std::vector<std::string>{"big", "small"}));
  EXPECT_EQ(rule.prefer, Prefer::price);
  EXPECT_EQ(rule.max_usd_per_million_output, 20 * kUsd + kUsd / 2);
  EXPECT_EQ(rule.max_first_byte, 3s);
  EXPECT_EQ(rule.needs, (Needs{.tools = true, .thinking = true}));
  EXPECT_EQ(rule.hedge_after, 5s);
  EXPECT_EQ(rule.line, 5);
  EXPECT_EQ(read.routes()[1].prefer, Prefer::latency);
  EXPECT_FALSE(read.routes()[1].hedge_after) << "nobody pays twice unless it is asked for";
}

TEST(Routes, MayStandBeforeTheModelsThatTheyName) {
  EXPECT_TRUE(parse_models("routes: [{use: big}]\nmodels:\n" + kTwo, "models.yaml", {}));
}

TEST(Routes, EachMistakeIsOneLineWithItsPlace) {
  EXPECT_EQ(mistake(" [{use: bigg}]"), "models.yaml:4:16: there is no model \"bigg\"; did you mean \"big\"?");
  EXPECT_THAT(mistake(" [{use: [big, big]}]"), HasSubstr("stands here twice"));
  EXPECT_THAT(mistake(" [{use: []}]"), HasSubstr("at least one model"));
  EXPECT_THAT(mistake(" [{when: {kind: edits}, use: big}]"), HasSubstr("kind must be one of: intent"));
  EXPECT_THAT(mistake(" [{when: {kind: [edit, embed]}, use: big}]"), HasSubstr("kind must be one of: intent"));
  EXPECT_THAT(mistake(" [{when: {complexity: hard}, use: big}]"), HasSubstr("complexity must be one of: low"));
  EXPECT_THAT(mistake(" [{when: {organisation: acme}, use: big}]"), HasSubstr("organisation must be \"default\" or an id"));
  EXPECT_THAT(mistake(" [{when: {repository: \"\"}, use: big}]"), HasSubstr("repository must be"));
  EXPECT_THAT(mistake(" [{when: {model: big}, use: big}]"), HasSubstr("when has no key \"model\""));
  EXPECT_THAT(mistake(" [{when: {kind: edit}}]"), HasSubstr("4:10: a route says who is asked"));
  EXPECT_THAT(mistake(" [{uses: big}]"), HasSubstr("did you mean \"use\"?"));
  EXPECT_THAT(mistake(" [{prefer: cheap}]"), HasSubstr("prefer must be one of: listed, price, latency"));
  EXPECT_THAT(mistake(" [{needs: stream}]"), HasSubstr("needs must be one of: tools"));
  EXPECT_THAT(mistake(" [{max_usd_per_million_output: -1}]"), HasSubstr("must be US dollars"));
  EXPECT_THAT(mistake(" [{max_first_byte_ms: 0}]"), HasSubstr("must be a number from 1"));
  EXPECT_THAT(mistake(" [{hedge_after_ms: 5s}]"), HasSubstr("must be a number from 1"));
  EXPECT_THAT(mistake(" []"), HasSubstr("at least one"));
  EXPECT_THAT(mistake(" [x]"), HasSubstr("a route must hold keys and values"));
}

// The line of the rule that decides, counted from the first one.
int rule(const std::string& routes, const RouteCase& what) {
  const auto catalogue = catalogue_of(kTwo, routes);
  const auto* found = rule_for(catalogue.routes(), what);
  return found == nullptr ? 0 : found->line - 4;
}

TEST(Routes, TheFirstThatFitsDecides) {
  const std::string routes =
      "  - {when: {kind: edit, complexity: high}, use: big}\n"
      "  - {when: {kind: [edit, plan]}, use: small}\n"
      "  - {when: {kind: plan}, use: big}\n";
  EXPECT_EQ(rule(routes, {.kind = CallKind::edit, .complexity = Complexity::high}), 1);
  EXPECT_EQ(rule(routes, {.kind = CallKind::edit}), 2);
  EXPECT_EQ(rule(routes, {.kind = CallKind::plan}), 2);
  EXPECT_EQ(rule(routes, {.kind = CallKind::summary}), 0);
  EXPECT_EQ(rule(routes, {}), 0) << "who does not say its kind fits no rule that asks for one";
}

TEST(Routes, WhoNamesTheRepositoryCountsBeforeWhoNamesTheOrganisationAndThatBeforeTheRest) {
  const std::string routes =
      "  - {use: big}\n"
      "  - {when: {kind: edit, organisation: default}, use: big}\n"
      "  - {when: {organisation: default}, use: big}\n"
      "  - {when: {repository: \"acme/*\"}, use: big}\n"
      "  - {when: {repository: acme/one}, use: big}\n"
      "  - {when: {repository: \"acme/*\", organisation: " +
      std::string(kOrg) + "}, use: big}\n";
  const auto other = OrgId::parse(kOrg);
  EXPECT_EQ(rule(routes, {}), 1);
  EXPECT_EQ(rule(routes, {.org = kDefaultOrg}), 3) << "and among those the first that fits";
  EXPECT_EQ(rule(routes, {.kind = CallKind::edit, .org = kDefaultOrg}), 2);
  EXPECT_EQ(rule(routes, {.org = kDefaultOrg, .repository = "acme/two"}), 4);
  EXPECT_EQ(rule(routes, {.org = kDefaultOrg, .repository = "acme/one"}), 5) << "a name before a pattern";
  EXPECT_EQ(rule(routes, {.org = other, .repository = "acme/two"}), 6) << "who names both before who names one";
  EXPECT_EQ(rule(routes, {.org = other, .repository = "acme/one"}), 5);
  EXPECT_EQ(rule(routes, {.org = other, .repository = "else/one"}), 1);
}

TEST(Kinds, AreKnownByTheirNamesAndNoOthers) {
  for (const CallKind kind : kCallKinds) EXPECT_EQ(call_kind(to_string(kind)).value(), kind);
  for (const Complexity complexity : kComplexities) EXPECT_EQ(complexity_from_string(to_string(complexity)), complexity);
  EXPECT_EQ(call_kind("").value(), std::nullopt);
  const auto wrong = call_kind("comit_message");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "call_kind_unknown");
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean \"commit_message\"?"));
}

}  // namespace
}  // namespace argosy::llm
