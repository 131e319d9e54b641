#include "tests/simulation/world/plan.h"

namespace argosy::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kBlows = 5;
constexpr seconds kTrouble{40};  // what befalls the fleet befalls it in this time

Outage outage(Random& random, Time longest) {
  const auto from = random.between(Time(0), kTrouble);
  return {from, from + random.between(milliseconds(50), longest)};
}

// One kind of trouble in a run, some, or all: a fault alone shows other things than a fault among many.
bool troubled(Random& random) { return random.chance(0.4); }

void plan_tasks(Plan& plan, Random& random) {
  const bool crowd = random.chance(0.15);  // enough to keep every lane busy for a while
  const int count = crowd ? random.between(40, 80) : random.between(1, 12);
  const auto within = crowd ? Time(seconds(2)) : Time(seconds(20));
  const bool some_cancelled = random.chance(0.3);
  for (int i = 0; i < count; ++i) {
    TaskPlan task{.at = random.between(Time(0), within),
                  .shape = crowd ? Shape::single : static_cast<Shape>(random.below(5)),
                  .lane = static_cast<tasks::Lane>(random.below(3)),
                  .org = random.between(0, 2),
                  .cancelled_at = {}};
    if (some_cancelled && random.chance(0.3)) task.cancelled_at = task.at + random.between(Time(0), seconds(15));
    plan.tasks.push_back(task);
  }
}

void plan_network(Plan& plan, Random& random) {
  if (troubled(random)) plan.lost_message = 0.2 * random.uniform();
  if (troubled(random)) plan.doubled_message = 0.2 * random.uniform();
  if (troubled(random)) plan.late_message = 0.2 * random.uniform();
  if (troubled(random)) plan.call_lost = 0.1 * random.uniform();
  if (troubled(random)) plan.answer_lost = 0.1 * random.uniform();
  if (troubled(random)) plan.slow_call = 0.3 * random.uniform();
  for (int i = random.chance(0.3) ? random.between(1, 3) : 0; i > 0; --i) plan.database.push_back(outage(random, seconds(15)));
  for (int i = random.chance(0.3) ? random.between(1, 2) : 0; i > 0; --i) plan.kafka.push_back(outage(random, seconds(10)));
  for (int i = random.chance(0.2) ? 1 : 0; i > 0; --i) plan.scheduler.push_back(outage(random, seconds(10)));
  if (random.chance(0.15)) plan.topics_deleted.push_back(random.between(Time(0), kTrouble));
}

// Of all kinds, or mostly of one: some faults show only when they come in a row.
void plan_strikes(Plan& plan, Random& random) {
  if (!random.chance(0.7)) return;
  std::optional<Blow> mostly;
  if (random.chance(0.5)) mostly = static_cast<Blow>(random.below(kBlows));
  for (int i = random.between(1, 8); i > 0; --i) {
    plan.strikes.push_back({.at = random.between(Time(0), kTrouble),
                            .blow = mostly && random.chance(0.8) ? *mostly : static_cast<Blow>(random.below(kBlows)),
                            .process = random.between(0, plan.processes - 1),
                            .length = random.between(milliseconds(100), random.chance(0.5) ? seconds(3) : seconds(20))});
  }
}

}  // namespace

Plan plan_of(std::uint64_t seed) {
  Random random(seed);
  Plan plan;
  plan.processes = random.between(1, 5);
  plan.slots = random.between(1, 4);
  plan.partitions = random.between(1, 4);
  plan.lease = random.between(milliseconds(1'500), seconds(8));
  plan.renew_every = plan.lease / 3;
  plan.policy.fast_base = milliseconds(random.between(50, 500));
  plan.policy.parked_base = milliseconds(random.between(1'000, 5'000));
  plan.policy.max_wait = milliseconds(random.between(5'000, 20'000));
  plan.policy.fast_retries = random.between(1, 3);
  plan.policy.max_attempts = random.between(2, 8);
  plan.window = random.chance(0.5) ? random.between(2, 8) : 64;
  plan.org_window = random.chance(0.5) ? random.between(1, 4) : 64;
  plan.longest_run = random.chance(0.4) ? seconds(20) : random.between(milliseconds(50), seconds(3));
  if (troubled(random)) plan.transient_error = 0.4 * random.uniform();
  if (random.chance(0.2)) plan.final_error = 0.1 * random.uniform();
  if (random.chance(0.2)) plan.always_failing = 0.3;
  plan_tasks(plan, random);
  plan_network(plan, random);
  plan_strikes(plan, random);
  return plan;
}

}  // namespace argosy::simulation
