// Over random catalogues, rules, needs and conditions: a route is whole, repeatable, and never leads to who lacks something.
#include <algorithm>
#include <iterator>
#include <random>

#include "common/llm/route/route.h"
#include "tests/unit/llm/route/models.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

class Dice {
 public:
  explicit Dice(unsigned seed) : bits_(seed) {}
  int up_to(int most) { return std::uniform_int_distribution(0, most)(bits_); }
  bool coin() { return up_to(1) == 1; }

 private:
  std::mt19937 bits_;
};

ModelEntry random_model(Dice& dice, int number) {
  ModelEntry made{.name = "m" + std::to_string(number),
                  .context_tokens = 1'000 + dice.up_to(9'000),
                  .max_output_tokens = 500 + dice.up_to(500),
                  .can = {.tools = dice.coin(), .images = dice.coin(), .schema = dice.coin(), .thinking = dice.coin()},
                  .image_tokens = dice.up_to(500)};
  if (dice.up_to(3) > 0) made.prices = Prices{.input = dice.up_to(5) * kUsd, .output = dice.up_to(5) * kUsd};
  return made;
}

RouteRule random_rule(Dice& dice, const std::vector<ModelEntry>& models) {
  RouteRule rule{.prefer = static_cast<Prefer>(dice.up_to(2)), .needs = {.tools = dice.coin(), .thinking = dice.up_to(4) == 0}, .line = 1};
  if (dice.coin()) rule.when.kinds = {kCallKinds[static_cast<std::size_t>(dice.up_to(5))]};
  for (const auto& model : models)
    if (dice.coin()) rule.use.insert(rule.use.begin(), model.name);
  if (dice.coin()) rule.max_usd_per_million_output = dice.up_to(5) * kUsd;
  if (dice.coin()) rule.max_first_byte = std::chrono::milliseconds(dice.up_to(1'000));
  return rule;
}

Conditions random_conditions(Dice& dice, const std::vector<ModelEntry>& models) {
  Conditions made;
  for (const auto& model : models) {
    Lately lately{.breaker = static_cast<BreakerState>(dice.up_to(2))};
    if (lately.breaker == BreakerState::open) lately.opens_in = std::chrono::milliseconds(1 + dice.up_to(1'000));
    if (dice.coin()) lately.first_byte = std::chrono::milliseconds(dice.up_to(1'000));
    made.lately.emplace(model.name, lately);
  }
  return made;
}

bool has_all(const ModelEntry& model, const Need& need) {
  return (model.can.tools || !need.can.tools) && (model.can.images || !need.can.images) && (model.can.schema || !need.can.schema) &&
         (model.prices || !need.in_money) && need.output_tokens <= model.max_output_tokens &&
         need.input_tokens + need.images * model.image_tokens + need.output_tokens <= model.context_tokens;
}

TEST(RandomRoutes, OfAnyCallIsCompleteRepeatableAndNeverLeadsToWhoLacksSomething) {
  int decided = 0;
  for (unsigned seed = 0; seed < 5'000; ++seed) {
    Dice dice(seed);
    std::vector<ModelEntry> models;
    for (int i = dice.up_to(6); i >= 0; --i) models.push_back(random_model(dice, i));
    Routes routes;
    for (int i = dice.up_to(3); i > 0; --i) routes.push_back(random_rule(dice, models));
    const Catalogue catalogue(models, routes);
    const Conditions conditions = random_conditions(dice, models);
    Need need{.what = {.kind = kCallKinds[static_cast<std::size_t>(dice.up_to(5))]},
              .can = {.tools = dice.coin(), .images = dice.coin(), .schema = dice.coin()},
              .input_tokens = dice.up_to(8'000),
              .output_tokens = dice.up_to(1'000),
              .in_money = dice.coin()};
    need.images = need.can.images ? dice.up_to(3) : 0;
    const auto made = route(catalogue, need, conditions);
    const auto again = route(catalogue, need, conditions);
    if (!made) {
      EXPECT_EQ(again.error().message, made.error().message);
      for (const auto& model : models) EXPECT_THAT(made.error().message, HasSubstr(model.name + ": "));
      continue;
    }
    ++decided;
    EXPECT_EQ(json::dump(decision_json(*again)), json::dump(decision_json(*made)));
    auto all = names(made->in_turn);
    for (const auto& name : all) {
      EXPECT_TRUE(has_all(*catalogue.find(name), need)) << "seed " << seed << ": " << name;
      EXPECT_NE(conditions.lately.at(name).breaker, BreakerState::open);
    }
    for (const auto& candidates : {made->in_turn, made->passed_over})
      for (const auto& one : candidates) EXPECT_THAT(one.why, testing::Not(IsEmpty()));
    std::ranges::copy(names(made->passed_over), std::back_inserter(all));
    std::vector<std::string> known;
    for (const auto& model : models) known.push_back(model.name);
    EXPECT_THAT(all, testing::UnorderedElementsAreArray(known)) << "seed " << seed;
  }
  EXPECT_GT(decided, 500);
}

}  // namespace
}  // namespace argosy::llm
