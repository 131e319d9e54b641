#include "common/runtime/models/spending_ledger.h"

#include "common/llm/money/paying_model.h"
#include "common/runtime/shared_call.h"
#include "common/store/spending.h"

namespace argosy::runtime {
namespace {

static_assert(llm::kMostReservation.count() <= store::kMostReservationMs, "a reservation would end before its call");
constexpr std::size_t kMostTogether = 64;  // calls of one statement: a few milliseconds under the locks of their budgets

class SpendingLedger final : public llm::Ledger {
 public:
  explicit SpendingLedger(std::shared_ptr<store::Database> db)
      : db_(std::move(db)),
        reserve_([this](std::span<const store::Reservation> calls) { return store::reserve_spending(*db_, calls); }, kMostTogether),
        settle_([this](std::span<const store::Settlement> calls) { return store::settle_spending(*db_, calls); }, kMostTogether) {}

  Result<void> reserve(const llm::Payer& payer, const std::string& call, const std::string& model, const llm::Spend& worst,
                       std::int64_t lifetime_ms) override {
    return reserve_.run({.call = call,
                         .org = payer.org,
                         .user = payer.user,
                         .step = payer.step,
                         .attempt = payer.attempt,
                         .model = model,
                         .money = worst.money,
                         .tokens = worst.tokens,
                         .lifetime_ms = lifetime_ms});
  }

  Result<void> settle(const std::string& call, const llm::Spend& real, const llm::Usage& usage) override {
    return settle_.run({.call = call,
                        .money = real.money,
                        .tokens = real.tokens,
                        .input = usage.input,
                        .cached = usage.cached,
                        .cache_written = usage.cache_written,
                        .output = usage.output,
                        .reasoning = usage.reasoning});
  }

 private:
  const std::shared_ptr<store::Database> db_;
  SharedCall<store::Reservation> reserve_;
  SharedCall<store::Settlement> settle_;
};

}  // namespace

std::unique_ptr<llm::Ledger> spending_ledger(std::shared_ptr<store::Database> db) {
  return std::make_unique<SpendingLedger>(std::move(db));
}

}  // namespace argosy::runtime
