#include "common/llm/money/till.h"

#include <utility>

namespace argosy::llm {
namespace {

Error crowded() { return fail_transient("ledger_crowded", "too much waits for the ledger already").error(); }

}  // namespace

Result<void> Till::reserve(const Payer& payer, const std::string& call, const std::string& model, const Spend& worst,
                           std::chrono::milliseconds lifetime) {
  auto held = ledger_.reserve(payer, call, model, worst, lifetime.count());
  // Of what the database did not answer it may have kept something.
  if (!held && held.error().category == Category::transient && held.error().code != "budget_exhausted")
    again(std::make_shared<const Charge>(Charge{.call = call, .real = {}, .usage = {}}), 1, held.error());
  return held;
}

void Till::settle(Charge charge, std::function<void()> then) {
  const auto shared = std::make_shared<const Charge>(std::move(charge));
  if (run_([self = shared_from_this(), shared, then] {
        self->settle_here(shared);
        then();
      }))
    return;
  again(shared, 1, crowded());
  then();
}

void Till::settle_here(const std::shared_ptr<const Charge>& charge, int tries) {
  const auto settled = ledger_.settle(charge->call, charge->real, charge->usage);
  if (settled) return;
  // A reservation that perhaps was never made is given back in vain.
  if (settled.error().code == "reservation_unknown" && charge->real.tokens == 0 && charge->real.money == 0) return;
  if (settled.error().category == Category::transient) return again(charge, tries, settled.error());
  if (on_unsettled_) on_unsettled_(charge->call, settled.error());
}

void Till::again(const std::shared_ptr<const Charge>& charge, int tries, const Error& why) {
  {
    const std::scoped_lock lock(mutex_);
    if (!closed_ && tries < kSettleTries) {
      after_(kSettleWait * (1 << (tries - 1)), [self = shared_from_this(), charge, tries] {
        if (!self->run_([self, charge, tries] { self->settle_here(charge, tries + 1); })) self->again(charge, tries + 1, crowded());
      });
      return;
    }
  }
  if (on_unsettled_) on_unsettled_(charge->call, why);
}

void Till::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
}

}  // namespace argosy::llm
