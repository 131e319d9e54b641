#include "common/llm/meters/meters.h"

#include <algorithm>
#include <array>

namespace argosy::llm {
namespace {

constexpr double kNanosPerDollar = static_cast<double>(kUsd);
constexpr auto kStates = std::to_array<BreakerState>({BreakerState::closed, BreakerState::half_open, BreakerState::open});
constexpr auto kFirstByteHelp = "Time from sending a request to the first byte of its answer.";

std::string outcome_of(const CallResult& result) { return std::string(result.fault ? rule_of(result.fault->kind).code : "ok"); }

}  // namespace

Meters::Meters(telemetry::Metrics& metrics, const Catalogue& catalogue) : metrics_(metrics) {
  for (const auto& model : catalogue.models()) names_.insert(model.name);
}

std::string Meters::label(std::string_view model) const {
  if (model.empty()) return "none";
  return names_.contains(model) ? std::string(model) : "other";
}

void Meters::tried(std::string_view model, const CallResult& result) {
  const std::string name = label(model);
  metrics_
      .counter("argosy_model_tries_total", "Requests to models, by what became of them.",
               {{"model", name}, {"outcome", outcome_of(result)}})
      .add();
  if (result.first_byte)
    metrics_.histogram("argosy_model_first_byte_seconds", kFirstByteHelp, {{"model", name}})
        .observe(std::chrono::duration<double>(*result.first_byte).count());
  const auto count = [&](const char* type, std::optional<std::int64_t> tokens) {
    // As the vendor reports them: it may report what cannot be, and a counter never falls.
    if (tokens && *tokens > 0)
      metrics_
          .counter("argosy_model_tokens_total", "Tokens that vendors reported; input includes cached.", {{"model", name}, {"type", type}})
          .add(static_cast<double>(*tokens));
  };
  const Usage& usage = result.answer.usage;
  count("input", usage.input);
  count("cached", usage.cached);
  count("output", usage.output);
}

void Meters::called(const CallResult& result) {
  if (result.source != Source::model) {
    const char* source = result.source == Source::exact_cache ? "exact" : "semantic";
    return metrics_.counter("argosy_model_cache_hits_total", "Calls that a cache answered.", {{"source", source}}).add();
  }
  const std::string name = label(result.model);
  metrics_
      .counter("argosy_model_calls_total", "Calls with all their tries, by who answered or failed last.",
               {{"model", name}, {"outcome", outcome_of(result)}})
      .add();
  if (result.tries > 1)
    metrics_.counter("argosy_model_retries_total", "Tries of calls beyond their first.", {{"model", name}}).add(result.tries - 1);
  if (result.route && !result.route->in_turn.empty() && !result.model.empty() && result.route->in_turn.front().model != result.model)
    metrics_
        .counter("argosy_model_fallbacks_total", "Calls that went on to another model, by the first of their route.",
                 {{"model", label(result.route->in_turn.front().model)}})
        .add();
}

void Meters::paid(std::string_view model, NanoUsd money) {
  if (money <= 0) return;
  metrics_.counter("argosy_model_spent_dollars_total", "What settled calls cost, in US dollars.", {{"model", label(model)}})
      .add(static_cast<double>(money) / kNanosPerDollar);
}

void Meters::show(std::string_view model, const Gate::State& state) {
  const std::string name = label(model);
  for (const BreakerState one : kStates)
    metrics_
        .gauge("argosy_model_breaker", "1 for the state that the model's circuit breaker is in.",
               {{"model", name}, {"state", std::string(to_string(one))}})
        .set(one == state.breaker ? 1 : 0);
  metrics_.gauge("argosy_model_waiting_calls", "Calls that wait for a rate limit.", {{"model", name}})
      .set(static_cast<double>(state.waiting));
}

void show_gates(Meters& meters, const Catalogue& catalogue, const Gates& gates) {
  for (const auto& model : catalogue.models()) {
    if (const auto state = gates.state_of(model.endpoint)) meters.show(model.name, *state);
  }
}

}  // namespace argosy::llm
