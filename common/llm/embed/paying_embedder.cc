#include "common/llm/embed/paying_embedder.h"

#include <utility>

#include "common/core/clock.h"
#include "common/core/ids.h"
#include "common/llm/money/cost.h"
#include "common/llm/money/reservation.h"
#include "common/llm/money/tokens.h"

namespace argosy::llm {
namespace {

// One token a byte at most, and what vendors add to each text.
Result<Spend> worst_of(const ModelEntry& model, const std::vector<std::string>& texts) {
  std::int64_t tokens = 0;
  for (const auto& text : texts) tokens += static_cast<std::int64_t>(text.size()) + kTokensOfAMessage;
  return worst_case(model, {.input_tokens = tokens, .output_tokens = 0});
}

// One call. Lives as long as its callbacks.
class PaidEmbedding : public std::enable_shared_from_this<PaidEmbedding> {
 public:
  PaidEmbedding(std::shared_ptr<Embedder> inner, std::shared_ptr<const ModelEntry> model, std::shared_ptr<Till> till, CallOptions options,
                OnEmbedding done)
      : inner_(std::move(inner)),
        model_(std::move(model)),
        till_(std::move(till)),
        options_(std::move(options)),
        done_(std::move(done)),
        call_(Uuid::v7(system_clock().unix_ms()).to_string()) {}

  void start(Texts texts) {
    auto worst = worst_of(*model_, *texts);
    if (!worst) return refuse(refusal_of(std::move(worst.error())));
    worst_ = *worst;
    texts_ = std::move(texts);
    if (!till_->run([self = shared_from_this()] { self->reserve(); })) refuse(ledger_crowded());
  }

 private:
  void reserve() {
    if (options_.stop.stop_requested()) return refuse(make_fault(FaultKind::cancelled, "the call was cancelled before it was sent"));
    auto held = till_->reserve(*options_.payer, call_, model_->name, worst_, lifetime_of(options_));
    if (!held) return refuse(refusal_of(std::move(held.error())));
    // A stop meanwhile is the exchange's to see.
    inner_->start(std::move(texts_), options_, [self = shared_from_this()](Embedding made) { self->made(std::move(made)); });
  }

  void made(Embedding embedding) {
    Till::Charge charge{.call = call_, .real = {}, .usage = {}};
    if (embedding.may_be_billed)
      charge = {.call = call_, .real = real_cost(*model_, embedding.usage, !embedding.fault, worst_), .usage = embedding.usage};
    embedding_ = std::move(embedding);
    till_->settle(std::move(charge), [self = shared_from_this()] { self->finish(std::move(self->embedding_)); });
  }

  void refuse(Fault fault) { finish({.fault = std::move(fault)}); }

  void finish(Embedding embedding) {
    const OnEmbedding done = std::move(done_);
    done(std::move(embedding));
  }

  const std::shared_ptr<Embedder> inner_;
  const std::shared_ptr<const ModelEntry> model_;
  const std::shared_ptr<Till> till_;
  const CallOptions options_;
  OnEmbedding done_;
  const std::string call_;  // its name in the ledger
  Texts texts_;
  Spend worst_;
  Embedding embedding_;  // handed on once it is settled
};

}  // namespace

PayingEmbedder::PayingEmbedder(std::shared_ptr<Embedder> inner, ModelEntry model, Ledger& ledger, RunBlocking run, After after,
                               OnUnsettled on_unsettled)
    : inner_(std::move(inner)),
      model_(std::make_shared<const ModelEntry>(std::move(model))),
      till_(std::make_shared<Till>(ledger, std::move(run), std::move(after), std::move(on_unsettled))) {}

PayingEmbedder::~PayingEmbedder() { till_->close(); }

void PayingEmbedder::start(Texts texts, CallOptions options, OnEmbedding done) {
  if (!options.payer) return done({.fault = payer_missing()});
  std::make_shared<PaidEmbedding>(inner_, model_, till_, std::move(options), std::move(done))->start(std::move(texts));
}

}  // namespace argosy::llm
