#include "tests/simulation/fleet/process.h"

#include <fmt/format.h>

namespace argosy::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kAfterFailedRenewal{250};
constexpr seconds kSession{6};  // of Kafka's group
constexpr runtime::DrainTimes kDrainTimes{.finish = seconds(2), .patient = seconds(30), .stop = seconds(5)};

}  // namespace

Process::Process(const Surroundings& around, int number, Time wall_error)
    : around_(around),
      number_(number),
      id_{numbered(2, number)},
      clock_(around.timeline, seconds(1) + std::chrono::hours(number), wall_error),
      lease_(clock_, std::chrono::duration_cast<milliseconds>(around.plan.lease)),
      keeper_(lease_, in_flight_),
      slots_(static_cast<std::size_t>(around.plan.slots)) {
  if (around.variant == Variant::lease_by_wall_clock) clock_.take_wall_for_boot();
}

void Process::say(const std::function<std::string()>& text) const {
  if (around_.say) around_.say(fmt::format("P{} {}", number_, text()));
}

std::function<void()> Process::mine(std::function<void()> what) {
  return [self = shared_from_this(), what = std::move(what)] {
    if (self->life_ == Life::dead) return;
    if (self->life_ == Life::frozen) {
      self->missed_.push_back(what);
    } else {
      what();
    }
  };
}

void Process::later(Time delay, std::function<void()> what) { around_.timeline.after(delay, mine(std::move(what))); }

bool Process::well() const {
  if (left_) return true;
  const auto& plan = around_.plan;
  const bool calls_are_safe = plan.call_lost == 0 && plan.answer_lost == 0 && plan.slow_call == 0;
  return life_ == Life::alive && !leaving_ && calls_are_safe && around_.timeline.now() >= unwell_until_;
}

void Process::believed(std::vector<std::pair<StepRef, std::int64_t>>& into) const {
  if (life_ == Life::dead || !lease_.holds()) return;
  for (const auto& [key, run] : runs_) {
    if (!run.job->disowned()) into.emplace_back(run.job->step.ref, run.job->step.lease_epoch);
  }
}

void Process::start() {
  say([] { return "starts"; });
  unwell_until_ = around_.timeline.now() + around_.plan.lease;
  renew();
}

void Process::kill() {
  if (life_ == Life::dead) return;
  say([] { return "is killed"; });
  life_ = Life::dead;
  around_.kafka.lost(number_);
}

void Process::freeze(Time length) {
  if (life_ != Life::alive) return;
  say([&] { return fmt::format("is frozen for {} ms", length.count() / 1'000'000); });
  life_ = Life::frozen;
  const auto wakes = around_.timeline.now() + length;
  unwell_until_ = std::max(unwell_until_, wakes + around_.plan.lease);
  const auto self = shared_from_this();
  if (length > kSession) around_.kafka.lost(number_);
  around_.timeline.at(wakes, [self] {
    if (self->life_ != Life::frozen) return;
    self->life_ = Life::alive;
    self->say([] { return "wakes up"; });
    auto missed = std::move(self->missed_);
    self->missed_.clear();
    for (auto& what : missed) self->later(Time(0), std::move(what));
    if (!self->stopping_ && !self->around_.kafka.is_member(self->number_)) {
      self->around_.kafka.join(self->number_, self->mine([self] { self->claim_again(Time(0)); }));
    }
  });
}

void Process::far_until(Time when) {
  say([] { return "is far from the database"; });
  around_.network.slow(number_, when);
  unwell_until_ = std::max(unwell_until_, when + 2 * Network::kSlowest + around_.plan.lease);
}

void Process::renew() {
  if (left_) return;
  if (keeper_.lost()) notice_stops();
  const auto held = in_flight_.held();
  store::Renewal renewal{.worker = id_,
                         .queue = tasks::Queue::codegen,
                         .slots = static_cast<std::int32_t>(slots_.count()),
                         .busy = static_cast<std::int32_t>(in_flight_.size()),
                         .lease = lease_.length(),
                         .marks = in_flight_.marks()};
  for (const auto& [ref, epoch] : held) renewal.held.push_back(ref);
  const auto sent_at = lease_.now();
  // One that is carried out late must not bring back what the process held a lease ago: the product gives renewals a third of it.
  const auto self = shared_from_this();
  around_.network.call<store::Renewed>(
      number_, [this, self, renewal]() -> Result<store::Renewed> { return around_.store.renew(renewal); },
      [this, self, held, sent_at](Result<store::Renewed> answer) {
        mine([this, held, sent_at, answer] { renewed(held, sent_at, answer); })();
      },
      around_.plan.lease / 3);
}

void Process::renewed(const std::vector<runtime::InFlight::Key>& held, Time sent_at, const Result<store::Renewed>& answer) {
  if (!answer) {
    if (keeper_.lost()) notice_stops();
    later(kAfterFailedRenewal, [this] { renew(); });
    return;
  }
  if (keeper_.lost()) notice_stops();
  const auto counted_from = around_.variant == Variant::lease_from_the_answer ? lease_.now() : sent_at;
  for (const auto& [ref, epoch] : keeper_.answered(held, counted_from, *answer)) {
    say([&] { return "hands back " + Ledger::name(ref) + ", which it does not know"; });
    finished_.push_back({nullptr, runtime::handed_back(ref, epoch)});
  }
  notice_stops();
  around_.look();
  finish_round();
  if (!stopping_ && !around_.kafka.is_member(number_)) around_.kafka.join(number_, mine([this] { claim_again(Time(0)); }));
  claim_again(Time(0));
  later(around_.plan.renew_every, [this] { renew(); });
}

void Process::drain(std::function<void()> gone) {
  if (life_ != Life::alive || stopping_) return;
  say([] { return "is told to drain"; });
  stopping_ = true;
  gone_ = std::move(gone);
  around_.kafka.leave(number_);
  if (around_.variant == Variant::drain_without_handing_back) {
    life_ = Life::dead;
    left_ = true;
    gone_();
    return;
  }
  drain_.emplace(in_flight_, kDrainTimes, clock_.boot_time());
  drain_on();
}

// Again whenever something of it is done or due.
void Process::drain_on() {
  if (!drain_ || leaving_) return;
  const auto now = clock_.boot_time();
  const auto until = drain_->wait_until(now);
  notice_stops();
  if (until) {
    later(*until - now, [this] { drain_on(); });
    return;
  }
  if (in_flight_.size() > 0) {  // a handler did not hear: its process ends without it
    kill();
    gone_();
    return;
  }
  if (give_up_at_ == Time(0)) give_up_at_ = now + around_.plan.lease;
  if ((finishing_ || claiming_ || !finished_.empty()) && now < give_up_at_) {
    later(milliseconds(50), [this] { drain_on(); });
    return;
  }
  leave();
}

void Process::leave() {
  leaving_ = true;
  const auto self = shared_from_this();
  around_.network.call<Store::Ready>(
      number_, [this, self]() -> Result<Store::Ready> { return around_.store.leave(id_); },
      [this, self](Result<Store::Ready> ready) {
        mine([this, ready] {
          say([&] { return ready ? "has drained and is gone" : "is gone without a good-bye"; });
          if (ready) around_.kafka.produce(*ready, false);
          left_ = ready.has_value();
          life_ = Life::dead;
          gone_();
        })();
      });
}

}  // namespace argosy::simulation
