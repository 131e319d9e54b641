// A model whose every try is paid for: what it may cost at most is reserved before it is sent, what it did cost is settled before its
// answer is handed on. What has no room in its payer's budgets is not sent. Used by whoever builds the layers of a model (call/model.h),
// right around the exchange: what retries and routes try again pays again. Thread-safe.
#pragma once

#include <memory>

#include "common/llm/call/model.h"
#include "common/llm/ledger.h"
#include "common/llm/models/model.h"
#include "common/llm/money/reservation.h"
#include "common/llm/money/till.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

// What one try may cost at most: by the bytes that would be sent, and all that may be answered. Errors (B): model_price_unknown, and those
// of encode().
Result<Spend> worst_case_of(const ModelEntry& entry, const Request& request, bool stream);

class PayingModel : public Model {
 public:
  // `inner` makes the calls of `entry`. `run` is asked for a thread to meet the ledger on; `after` is as RetryingModel's.
  // To be taken down in this order: the models, once their calls are over; whom `after` belongs to; whom `run` belongs to; the ledger.
  PayingModel(ModelEntry entry, std::shared_ptr<Model> inner, Ledger& ledger, RunBlocking run, After after, OnUnsettled on_unsettled = {});
  ~PayingModel() override;

  // Faults of its own, nothing was sent: `budget` with the ledger's error as it is (budget_exhausted, with figures; A where what is
  // reserved only has to come back) or model_price_unknown; `paused` where the ledger could not be asked (A, its error); `refused_request`
  // with payer_missing: a call of nobody's is a mistake of its caller, never free. `done` comes on a thread of `run`, too.
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  const std::shared_ptr<const ModelEntry> entry_;
  const std::shared_ptr<Model> inner_;
  const std::shared_ptr<Till> till_;
};

}  // namespace argosy::llm
