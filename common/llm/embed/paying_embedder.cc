#include "common/llm/embed/paying_embedder.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "common/llm/money/cost.h"
#include "common/llm/money/tokens.h"

namespace argosy::llm {
namespace {

constexpr std::chrono::minutes kGrace{5};  // beyond the call's own time: until then it is settled, or charged in full
constexpr int kSettleTries = 3;            // then the reservation expires into the full charge

Fault ledger_fault(Error error) {
  const bool later = error.category == Category::transient;
  return {later ? FaultKind::paused : FaultKind::refused_request, std::move(error)};
}

Fault too_busy() { return make_fault(FaultKind::paused, "too many calls wait for the ledger"); }

struct Bill {
  std::string call;
  Spend worst;
};

// One token a byte at most, and what vendors add to each text.
Result<Spend> worst_of(const ModelEntry& model, const std::vector<std::string>& texts) {
  std::int64_t tokens = 0;
  for (const auto& text : texts) tokens += static_cast<std::int64_t>(text.size()) + kTokensOfAMessage;
  return worst_case(model, {.input_tokens = tokens, .output_tokens = 0});
}

}  // namespace

PayingEmbedder::PayingEmbedder(Embedder& inner, ModelEntry model, Ledger& ledger, RunBlocking run)
    : inner_(inner), model_(std::move(model)), ledger_(ledger), run_(std::move(run)) {}

void PayingEmbedder::start(Texts texts, CallOptions options, OnEmbedding done) {
  if (!options.payer)
    return done({.fault = Fault{FaultKind::refused_request,
                                fail_user("payer_missing", "nobody pays for this embedding", "say whose task it belongs to").error()}});
  auto worst = worst_of(model_, *texts);
  if (!worst) return done({.fault = Fault{FaultKind::refused_request, std::move(worst.error())}});
  const auto lifetime = options.longest_wait + options.timeouts.total + kGrace;
  const auto bill = std::make_shared<const Bill>(Bill{Uuid::v4().to_string(), *worst});
  // Shared, because only one of the two ways below takes it.
  const auto on_done = std::make_shared<const OnEmbedding>(std::move(done));

  const auto settle = [this, bill, on_done](Embedding embedding) {
    const Spend real = embedding.may_be_billed ? real_cost(model_, embedding.usage, !embedding.fault, bill->worst) : Spend{};
    const bool taken = run_([this, bill, real, usage = embedding.usage] {
      for (int n = 0; n < kSettleTries; ++n) {
        const auto settled = ledger_.settle(bill->call, real, usage);
        if (settled || settled.error().category != Category::transient) return;
      }
    });
    static_cast<void>(taken);  // what is not settled is charged in full when it expires: never too little
    (*on_done)(std::move(embedding));
  };
  const bool taken = run_([this, texts, options = std::move(options), bill, on_done, settle, lifetime]() mutable {
    const auto reserved = ledger_.reserve(*options.payer, bill->call, model_.name, bill->worst,
                                          std::chrono::duration_cast<std::chrono::milliseconds>(lifetime).count());
    if (!reserved) return (*on_done)({.fault = ledger_fault(reserved.error())});
    inner_.start(std::move(texts), std::move(options), settle);
  });
  if (!taken) (*on_done)({.fault = too_busy()});
}

}  // namespace argosy::llm
