#include "common/llm/money/paying_model.h"

#include <atomic>
#include <utility>

#include "common/core/clock.h"
#include "common/core/ids.h"
#include "common/llm/money/cost.h"
#include "common/llm/money/tokens.h"
#include "common/llm/wire/encode.h"

namespace argosy::llm {
namespace {

// One try. Lives as long as its callbacks.
class Payment : public std::enable_shared_from_this<Payment> {
 public:
  Payment(std::shared_ptr<const ModelEntry> entry, std::shared_ptr<Model> inner, std::shared_ptr<Till> till, CallOptions options,
          OnDone done)
      : entry_(std::move(entry)),
        inner_(std::move(inner)),
        till_(std::move(till)),
        options_(std::move(options)),
        done_(std::move(done)),
        call_(Uuid::v7(system_clock().unix_ms()).to_string()) {}

  void start(std::shared_ptr<const Request> request) {
    request_ = std::move(request);
    // Before the thread that may take it down. A stop that was asked for already runs in here.
    on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->stopped();
    });
    if (!open_) return;
    if (!till_->run([self = shared_from_this()] { self->reserve(); })) refuse(ledger_crowded());
  }

 private:
  void reserve() {
    auto worst = worst_case_of(*entry_, *request_, options_.stream);
    if (!worst) return refuse(refusal_of(std::move(worst.error())));
    worst_ = *worst;
    if (!open_) return;
    auto held = till_->reserve(*options_.payer, call_, entry_->name, worst_, lifetime_of(options_));
    if (!held) return refuse(refusal_of(std::move(held.error())));
    if (!open_.exchange(false)) return till_->settle_here(std::make_shared<const Till::Charge>(Till::Charge{call_, {}, {}}));
    on_stop_.reset();
    inner_->start(request_, options_, [self = shared_from_this()](CallResult result) { self->made(std::move(result)); });
  }

  void stopped() {
    if (open_.exchange(false))
      finish({.answer = {}, .fault = make_fault(FaultKind::cancelled, "the call was cancelled before it was sent")});
  }

  void refuse(Fault fault) {
    if (open_.exchange(false)) finish({.answer = {}, .fault = std::move(fault)});
  }

  void made(CallResult result) {
    request_.reset();
    Till::Charge charge{.call = call_, .real = {}, .usage = {}};
    // What a call says that broke off is not all that it did.
    if (result.may_be_billed)
      charge = {.call = call_,
                .real = real_cost(*entry_, result.answer.usage, result.answer.complete && !result.fault, worst_),
                .usage = result.answer.usage};
    result_ = std::move(result);
    till_->settle(std::move(charge), [self = shared_from_this()] { self->finish(std::move(self->result_)); });
  }

  void finish(CallResult result) {
    const OnDone done = std::move(done_);
    done(std::move(result));
  }

  const std::shared_ptr<const ModelEntry> entry_;
  const std::shared_ptr<Model> inner_;
  const std::shared_ptr<Till> till_;
  const CallOptions options_;
  OnDone done_;
  const std::string call_;  // its name in the ledger
  std::shared_ptr<const Request> request_;
  Spend worst_;
  CallResult result_;
  std::atomic<bool> open_ = true;  // neither sent nor ended; whoever takes it back goes on: the reservation, its refusal or the stop
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace

Result<Spend> worst_case_of(const ModelEntry& entry, const Request& request, bool stream) {
  ARGOSY_TRY(const auto wire, encode(entry.endpoint, request, stream));
  return worst_case(entry,
                    {.input_tokens = input_bound(entry, request, wire.body), .output_tokens = output_asked(entry.endpoint.api, request)});
}

PayingModel::PayingModel(ModelEntry entry, std::shared_ptr<Model> inner, Ledger& ledger, RunBlocking run, After after,
                         OnUnsettled on_unsettled)
    : entry_(std::make_shared<const ModelEntry>(std::move(entry))),
      inner_(std::move(inner)),
      till_(std::make_shared<Till>(ledger, std::move(run), std::move(after), std::move(on_unsettled))) {}

PayingModel::~PayingModel() { till_->close(); }

void PayingModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  if (!options.payer) return done({.answer = {}, .fault = payer_missing()});
  std::make_shared<Payment>(entry_, inner_, till_, std::move(options), std::move(done))->start(std::move(request));
}

}  // namespace argosy::llm
