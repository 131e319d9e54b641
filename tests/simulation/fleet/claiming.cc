// What the claimer's thread does.
#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/fleet/process.h"

namespace argosy::simulation {

using tasks::Lane;

void Process::claim_again(Time delay) {
  if (std::exchange(claim_planned_, true)) return;
  later(delay, [this] {
    claim_planned_ = false;
    claim_round();
  });
}

void Process::claim_round() {
  if (claiming_ || stopping_) return;
  if (hints_.any_aside() && !in_flight_.holds_suspect()) hints_.bring_back();
  const auto round = pace_.round(clock_.boot_time(), lease_.holds(), slots_.room(), slots_.count(), hints_);
  read(round);
  if (round.may_claim) return claim();
  const bool waits = std::ranges::any_of(tasks::kLanes, [&](Lane lane) { return hints_.waiting(lane) > 0; });
  if (waits) claim_again(std::max<Time>(round.wait, std::chrono::milliseconds(1)));
}

void Process::read(const runtime::ClaimPace::Round& round) {
  auto paused = round.paused;
  const auto& kafka = around_.kafka;
  const bool others = kafka.has(number_, Lane::urgent) || kafka.has(number_, Lane::normal) || hints_.waiting(Lane::urgent) > 0 ||
                      hints_.waiting(Lane::normal) > 0;
  if (around_.variant == Variant::background_read_last && others) paused[static_cast<std::size_t>(Lane::background)] = true;
  for (auto& found : around_.kafka.poll(number_, round.most, paused)) {
    around_.ledger.read(number_, found.message.key, found.steps);
    say([&] { return fmt::format("reads a dispatch of {} steps, the first {}", found.steps.size(), Ledger::name(found.steps.front())); });
    if (around_.variant == Variant::offset_before_claim) finish_messages({found.message});
    hints_.add(found.lane, found.message, found.steps);
  }
}

void Process::finish_messages(const std::vector<broker::Message>& messages) {
  for (const auto& message : messages) {
    around_.ledger.done(number_, message.key);
    around_.kafka.done(number_, message);
  }
}

void Process::claim() {
  const auto room = slots_.room();
  const bool background = room.other > 0 && (hints_.waiting(Lane::background) > 0 || around_.kafka.has(number_, Lane::background));
  auto batch = hints_.take(room);
  if (around_.variant == Variant::hint_dropped_when_full) finish_messages(hints_.settle(hints_.take({.urgent = 1'000, .other = 1'000})));
  if (batch.empty()) return;
  const auto of_background = std::ranges::count(batch, Lane::background, &runtime::Hints::Wanted::lane);
  around_.ledger.claims(number_, batch.size() - static_cast<std::size_t>(of_background), static_cast<std::size_t>(of_background),
                        background);
  std::vector<store::ClaimRequest> wanted;
  for (const auto& hint : batch) wanted.push_back(hint.request);
  const auto token = in_flight_.claim_begins();
  const bool suspect = !in_flight_.holds_suspect();
  claiming_ = true;
  const auto began = lease_.now();
  const auto self = shared_from_this();
  around_.network.call<std::vector<store::ClaimedStep>>(
      number_, [this, self, wanted, suspect] { return around_.store.claim(id_, wanted, suspect); },
      [this, self, token, batch, began, suspect](Result<std::vector<store::ClaimedStep>> answer) {
        mine([this, token, batch, began, suspect, answer] { claimed(token, batch, began, !suspect, answer); })();
      });
}

void Process::claimed(std::uint64_t token, std::vector<runtime::Hints::Wanted> batch, Time began, bool beside_one,
                      Result<std::vector<store::ClaimedStep>> answer) {
  claiming_ = false;
  if (answer && around_.variant == Variant::suspects_together) {
    for (auto& step : *answer) step.solo = false;
  }
  std::vector<StepRef> asked;
  for (const auto& hint : batch) asked.push_back(hint.request.ref);
  const auto jobs = in_flight_.claim_ended(token, answer ? std::move(*answer) : std::vector<store::ClaimedStep>{});
  if (!answer) {
    say([&] { return fmt::format("claims {} steps in vain: {}", batch.size(), answer.error().message); });
    hints_.put_back(std::move(batch), began);
    pace_.put_off(clock_.boot_time());
    claim_again(std::chrono::milliseconds(50));
    return;
  }
  pace_.claimed();
  runtime::lose_stale(jobs, batch, began, lease_);
  runtime::set_suspects_aside(hints_, batch, jobs, beside_one);
  around_.ledger.asked(number_, asked);
  for (const auto& job : jobs) {
    say([&] { return fmt::format("claimed {} under epoch {}", Ledger::name(job->step.ref), job->step.lease_epoch); });
    slots_.take(job);
  }
  finish_messages(hints_.settle(batch));
  run_waiting();
  check_holdings();
  claim_again(Time(0));
}

}  // namespace argosy::simulation
