#include "tests/simulation/world/ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::simulation {
namespace {

// Background has one turn of thirteen in the consumer and again in the claimer, which reads a slot's worth ahead: 30 were never seen.
constexpr std::size_t kLongestPassOver = 40;
constexpr std::chrono::seconds kLatestTimer{1};
constexpr std::size_t kMostRead = 64 * 8;  // steps of one poll, as the simulated messages have them

}  // namespace

void Ledger::fail(const std::string& what) { throw Violation(what); }

std::string Ledger::name(const StepRef& ref) {
  return fmt::format("task {} step {}", ref.task.uuid.bytes[14] * 256 + ref.task.uuid.bytes[15], ref.ordinal);
}

void Ledger::begins(int process, const StepRef& ref, std::int64_t epoch) {
  if (!begun_.insert({ref, epoch}).second) {
    fail(fmt::format("{} begins under epoch {} for the second time, in process {}: its effect is applied twice under one token", name(ref),
                     epoch, process));
  }
}

void Ledger::believes(const std::vector<std::pair<StepRef, std::int64_t>>& running) {
  std::set<StepRef> seen;
  for (const auto& lease : running) {
    if (forgotten_.contains(lease)) continue;
    if (!seen.insert(lease.first).second) fail(name(lease.first) + " runs under two leases that both their processes believe in");
  }
}

void Ledger::accepted(const store::FinishedStep& finish, std::int64_t epoch_of_row) {
  using Outcome = store::FinishedStep::Outcome;
  if (finish.lease_epoch != epoch_of_row) fail(name(finish.ref) + " was finished under a lease that it did not have");
  if (!finished_.insert({finish.ref, finish.lease_epoch}).second) fail(name(finish.ref) + " was finished twice under one lease");
  if (finish.outcome == Outcome::succeeded && !succeeded_.insert(finish.ref).second) fail(name(finish.ref) + " succeeded twice");
  if (finish.outcome != Outcome::retry) return;
  if (finish.error && finish.error->code == kForGood) fail(name(finish.ref) + " is tried again after an error that trying does not mend");
  if (++retries_[finish.ref] >= promised_.max_attempts)
    fail(fmt::format("{} is tried more often than {} times", name(finish.ref), promised_.max_attempts));
  if (finish.retry_in > promised_.max_wait) fail(name(finish.ref) + " waits longer than any step may");
}

void Ledger::read(int process, const std::string& key, const std::vector<StepRef>& steps) {
  unasked_[process][key].insert(steps.begin(), steps.end());
}

void Ledger::asked(int process, const std::vector<StepRef>& steps) {
  for (auto& [key, unasked] : unasked_[process]) {
    for (const auto& step : steps) unasked.erase(step);
  }
}

void Ledger::done(int process, const std::string& key) {
  const auto message = unasked_[process].find(key);
  if (message == unasked_[process].end()) return;
  for (const auto& step : message->second)
    fail(fmt::format("process {} is done with a message, and never asked for {}", process, name(step)));
  unasked_[process].erase(message);
}

void Ledger::rescued(const StepRef& ref, bool owner_was_well) {
  if (owner_was_well) fail(name(ref) + " was taken from a process that was well");
}

void Ledger::holds(std::size_t jobs, std::size_t not_urgent, std::size_t suspects_running, std::size_t hints, std::size_t unfinished) {
  const auto slots = static_cast<std::size_t>(plan_.slots);
  if (jobs > slots) fail(fmt::format("a process holds {} steps with {} slots", jobs, slots));
  if (slots > 1 && not_urgent >= slots) fail("no slot is kept for urgent");
  if (suspects_running > 1) fail("a process runs two steps that crashed a process before");
  if (hints > 3 * (slots + kMostRead)) fail(fmt::format("a process remembers {} dispatches", hints));
  if (unfinished > slots + kMostRead) fail(fmt::format("{} results wait in a process", unfinished));
}

void Ledger::claims(int process, std::size_t others, std::size_t background, bool background_waits) {
  auto& passed_over = passed_over_[process];
  if (background > 0 || !background_waits) {
    passed_over = 0;
    return;
  }
  passed_over += others;
  if (passed_over > kLongestPassOver)
    fail(fmt::format("process {} claimed {} steps while background had its turn coming", process, passed_over));
}

void Ledger::promoted(Time late) {
  if (late > kLatestTimer) fail(fmt::format("a step was made ready {} ms after its time", late.count() / 1'000'000));
}

}  // namespace argosy::simulation
