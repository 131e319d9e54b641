#include "common/llm/route/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <variant>

#include "common/core/text.h"
#include "common/llm/money/fit.h"
#include "common/llm/money/tokens.h"
#include "common/llm/route/able.h"

namespace argosy::llm {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPinned = "the call names its model";
constexpr std::string_view kDefault = "the default: every model that can, as models.yaml lists them";
constexpr std::size_t kLongestReasons = 4'000;  // in an error

// Measured here, else by the check.
std::optional<milliseconds> latency_of(const ModelEntry& model, const Conditions& conditions) {
  if (const auto lately = lately_of(model, conditions).first_byte) return lately;
  const auto* check = check_of(model, conditions);
  const Finding* streamed = check == nullptr ? nullptr : check->of(Ability::stream);
  return streamed == nullptr ? std::nullopt : streamed->first_byte;
}

struct Able {
  const ModelEntry* model;
  std::size_t place;  // in the list
  std::optional<milliseconds> latency;
  std::optional<NanoUsd> most;
  bool is_slow;  // for its rule
};

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Below zero: by this alone `a` is asked before `b`.
int compare(Prefer prefer, const Able& a, const Able& b) {
  constexpr auto kMost = std::numeric_limits<NanoUsd>::max();
  if (prefer == Prefer::price) return compare(a.most.value_or(kMost), b.most.value_or(kMost));
  // Who is not known yet is asked first: only calls tell.
  if (prefer == Prefer::latency) return compare(a.latency, b.latency);
  return 0;
}

bool is_before(Prefer prefer, const Able& a, const Able& b) {
  if (a.is_slow != b.is_slow) return b.is_slow;
  const int by_rule = compare(prefer, a, b);
  return by_rule != 0 ? by_rule < 0 : a.place < b.place;
}

std::string latency_text(const Able& able) {
  return able.latency ? fmt::format("it began its answers after {} ms", able.latency->count()) : "how fast it is, is not known yet";
}

std::string why_here(const Able& able, const RouteRule* rule, const Conditions& conditions) {
  std::string why;
  const auto prefer = rule != nullptr ? rule->prefer : Prefer::listed;
  if (prefer == Prefer::price)
    why = able.most ? fmt::format("the call costs {} USD at most", usd_text(*able.most)) : "its price is not known";
  else if (prefer == Prefer::latency)
    why = latency_text(able);
  else
    why = rule != nullptr && !rule->use.empty() ? "as the rule lists it" : "as models.yaml lists it";
  if (able.is_slow)
    why += fmt::format("; behind the others: {} ms to the first byte, the rule wants {}", able.latency->count(),
                       rule->max_first_byte->count());
  if (lately_of(*able.model, conditions).breaker == BreakerState::half_open)
    why += "; it failed too often lately, and one call at a time finds out whether it still does";
  return why;
}

// Those that may be asked by name, in the order in which they are written.
std::vector<const ModelEntry*> listed(const Catalogue& catalogue, const RouteRule* rule) {
  std::vector<const ModelEntry*> all;
  if (rule != nullptr)
    for (const auto& name : rule->use)
      if (const auto* model = catalogue.find(name)) all.push_back(model);
  for (const auto& model : catalogue.models())
    if (std::ranges::find(all, &model) == all.end()) all.push_back(&model);
  return all;
}

class Deciding {
 public:
  Deciding(const Catalogue& catalogue, const Need& need, const Conditions& conditions)
      : catalogue_(catalogue), need_(need), conditions_(conditions) {}

  Result<RouteDecision> run() {
    rule_ = rule_for(catalogue_.routes(), need_.what);
    if (!need_.model.empty()) {
      ARGOSY_TRY(pinned_, catalogue_.get(need_.model));
      if (rule_ != nullptr && rule_->when.organisations.empty() && rule_->when.repositories.empty()) rule_ = nullptr;
    }
    made_.rule = rule_ != nullptr ? fmt::format("routes, line {}", rule_->line) : std::string(pinned_ != nullptr ? kPinned : kDefault);
    for (const auto* model : listed(catalogue_, rule_)) consider(*model);
    if (able_.empty()) return std::unexpected(nobody());
    arrange();
    return std::move(made_);
  }

 private:
  void consider(const ModelEntry& model) {
    if (pinned_ != nullptr && pinned_ != &model) return pass_over(model, "the call names another model");
    if (auto refusal = refusal_of(model, need_, rule_, conditions_)) {
      obstacles_.push_back(refusal->obstacle);
      if (refusal->obstacle == Obstacle::breaker) {
        const auto opens_in = lately_of(model, conditions_).opens_in;
        opens_in_ = std::min(opens_in_.value_or(opens_in), opens_in);
      }
      return pass_over(model, std::move(refusal->why));
    }
    const auto latency = latency_of(model, conditions_);
    const auto target = rule_ != nullptr ? rule_->max_first_byte : std::nullopt;
    able_.push_back({.model = &model,
                     .place = able_.size(),
                     .latency = latency,
                     .most = most_of(model, need_),
                     .is_slow = target && latency && *latency > *target});
  }

  void pass_over(const ModelEntry& model, std::string why) { made_.passed_over.push_back({model.name, std::move(why)}); }

  void arrange() {
    const auto prefer = rule_ != nullptr ? rule_->prefer : Prefer::listed;
    std::ranges::sort(able_, [&](const Able& a, const Able& b) { return is_before(prefer, a, b); });
    for (const auto& able : able_) made_.in_turn.push_back({able.model->name, why_here(able, rule_, conditions_)});
    if (rule_ != nullptr && able_.size() > 1) made_.hedge_after = rule_->hedge_after;
  }

  Error nobody() const {
    std::string reasons;
    for (const auto& [model, why] : made_.passed_over) reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", model, why);
    reasons = text::ellipsize(reasons, kLongestReasons);
    const auto any = [this](Obstacle obstacle) { return std::ranges::find(obstacles_, obstacle) != obstacles_.end(); };
    if (any(Obstacle::breaker)) {
      Error error = make_fault(FaultKind::paused, "no model takes this call for a while: " + reasons).error;
      error.retry_after = opens_in_;
      return error;
    }
    if (any(Obstacle::context)) return make_fault(FaultKind::context_too_long, "the call fits into no model: " + reasons).error;
    if (reasons.empty()) return {Category::needs_user, "no_model_for_call", "there are no models", "set ARGOSY_MODELS to a models.yaml"};
    const auto kind = need_.what.kind ? fmt::format(" of kind {}", to_string(*need_.what.kind)) : "";
    const auto by = rule_ != nullptr ? fmt::format(" by {}", made_.rule) : "";
    return {Category::needs_user, "no_model_for_call", fmt::format("no model can take a call{}{}: {}", kind, by, reasons),
            "`argosy models route --explain` shows how models are chosen"};
  }

  const Catalogue& catalogue_;
  const Need& need_;
  const Conditions& conditions_;
  const RouteRule* rule_ = nullptr;
  const ModelEntry* pinned_ = nullptr;
  std::vector<Able> able_;
  std::vector<Obstacle> obstacles_;
  std::optional<milliseconds> opens_in_;
  RouteDecision made_;
};

}  // namespace

Result<Need> need_of(const Request& request, const CallOptions& options) {
  Need need{.output_tokens = request.max_tokens, .in_money = options.payer.has_value(), .model = options.model};
  ARGOSY_TRY(need.what.kind, call_kind(options.kind));
  need.what.complexity = options.complexity;
  if (options.payer) need.what.org = options.payer->org;
  need.what.repository = options.repository;
  std::int64_t bytes = bytes_of(request);
  for (const auto& message : request.messages)
    for (const auto& part : message.parts)
      if (const auto* image = std::get_if<Image>(&part)) {
        ++need.images;
        bytes -= static_cast<std::int64_t>(image->base64.size());
      }
  need.input_tokens = TokenEstimate().of(bytes);
  need.can = {.tools = !request.tools.empty(), .images = need.images > 0, .schema = request.schema.has_value()};
  return need;
}

Result<RouteDecision> route(const Catalogue& catalogue, const Need& need, const Conditions& conditions) {
  return Deciding(catalogue, need, conditions).run();
}

bool may_follow(AnotherModel another, const ModelEntry& failed, const ModelEntry& next, const Need& need) {
  switch (another) {
    case AnotherModel::no:
      return false;
    case AnotherModel::yes:
      return true;
    case AnotherModel::larger:
      return next.context_tokens > failed.context_tokens;
    case AnotherModel::cheaper: {
      const auto then = most_of(next, need), before = most_of(failed, need);
      return then && before && *then < *before;
    }
  }
  return false;
}

bool streams(const ModelEntry& model, const Conditions& conditions) {
  return model.can.stream && failing(check_of(model, conditions), Ability::stream) == nullptr;
}

}  // namespace argosy::llm
