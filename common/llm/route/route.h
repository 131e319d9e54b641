// Which models are asked for a call, in which order, and why: by the rules of models.yaml, by what the call needs, and by what is known of
// the models just now. Used by RoutedModel and the command line. Pure, any thread.
#pragma once

#include <map>
#include <span>
#include <string>

#include "common/llm/call/model.h"
#include "common/llm/check/report.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/traffic/breaker.h"

namespace argosy::llm {

// What a call asks of a model.
struct Need {
  RouteCase what{};  // for the rules
  Needs can{};
  std::int64_t input_tokens = 0;   // an estimate, without images
  std::int64_t images = 0;         // so many
  std::int64_t output_tokens = 0;  // the most that it may answer
  bool in_money = true;            // it counts in budgets of money: a model whose price is not known is refused
  std::string model{};             // the one that must answer; empty: the rules decide
};
// Error (B): call_kind_unknown.
Result<Need> need_of(const Request& request, const CallOptions& options);

// How a model did lately, in this process.
struct Lately {
  BreakerState breaker = BreakerState::closed;
  std::chrono::milliseconds opens_in{};                   // until a probe may be sent
  std::optional<std::chrono::milliseconds> first_byte{};  // a moving mean; nothing: not known
};
struct Conditions {
  std::map<std::string, Lately, std::less<>> lately{};  // by the model's name
  std::span<const CheckReport> checks{};  // what `argosy models check` found; one of another model by that name does not count
};

// Every model of the catalogue stands once in the decision. A model that the call names stands alone, and only a rule that names the
// call's organisation or repository can refuse it.
// Who lacks what the call needs is passed over: by models.yaml, and where a check found that an ability fails. So is who has an open
// breaker: a call would come back unsent, and the next one finds out anew. A half-open breaker moves nobody, or its probes would never
// come. Who was too slow lately stands behind the others; known latencies are measured ones, else a check's.
// Errors: no_model_for_call (B) with the reason of each; context_too_long (C) when a smaller conversation would find one; model_paused (A)
// with retry_after when only open breakers are in the way; model_unknown (B).
Result<RouteDecision> route(const Catalogue& catalogue, const Need& need, const Conditions& conditions);

// Whether `next` may be asked after a fault of `failed`.
bool may_follow(AnotherModel another, const ModelEntry& failed, const ModelEntry& next, const Need& need);

// Whether answers of this model may be asked for as streams.
bool streams(const ModelEntry& model, const Conditions& conditions);

}  // namespace argosy::llm
