#include "tests/simulation/world/world.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr hours kLongest{1};                      // by then every task must be over, whatever befell it
constexpr std::uint64_t kMostEvents = 2'000'000;  // a run that goes in circles
constexpr milliseconds kPassEvery{100};
constexpr int kPassesOfRareDuties = 10;
constexpr int kMaxCrashes = 3;

StepRow step(const TaskId& task, std::int16_t ordinal, tasks::Lane lane, std::vector<std::int16_t> depends_on) {
  StepRow row{.ref = {task, ordinal}, .lane = lane, .depends_on = std::move(depends_on)};
  row.deps_left = static_cast<int>(row.depends_on.size());
  return row;
}

std::vector<std::vector<std::int16_t>> edges(Shape shape) {
  switch (shape) {
    case Shape::single:
    case Shape::growing:
      return {{}};
    case Shape::chain:
      return {{}, {0}, {1}, {2}, {3}};
    case Shape::diamond:
      return {{}, {0}, {0}, {1, 2}};
    case Shape::fan:
      return {{}, {0}, {0}, {0}, {0}, {1, 2, 3, 4}};
  }
  return {};
}

TaskRow task_row(int number, const TaskPlan& plan) {
  TaskRow task{.id = {numbered(1, number)}, .org = plan.org, .lane = plan.lane, .adds_steps = plan.shape == Shape::growing};
  for (const auto& depends_on : edges(plan.shape)) {
    task.steps.push_back(step(task.id, static_cast<std::int16_t>(task.steps.size()), task.lane, depends_on));
  }
  for (auto& row : task.steps) {
    for (const auto parent : row.depends_on) task.steps[static_cast<std::size_t>(parent)].successors.push_back(row.ref.ordinal);
  }
  if (plan.shape != Shape::single) {
    task.steps.push_back(step(task.id, 50, task.lane, {}));
    task.steps.back().on_task_end = true;
  }
  return task;
}

}  // namespace

World::World(std::uint64_t seed, Variant variant, std::function<void(const std::string&)> trace)
    : plan_(plan_of(seed)),
      variant_(variant),
      trace_(std::move(trace)),
      random_(seed ^ 0x5bd1e995),
      ledger_(plan_, plan_.policy),
      store_(timeline_, plan_, variant, ledger_),
      kafka_(timeline_, plan_, random_),
      network_(timeline_, plan_, random_),
      processes_(static_cast<std::size_t>(plan_.processes)) {
  store_.is_well = [this](const WorkerId& id) {
    const auto hit = std::ranges::find_if(all_, [&](const auto& process) { return process->id() == id; });
    return hit != all_.end() && (*hit)->well();
  };
}

World::~World() {
  for (auto& process : all_) process->kill();
}

void World::say(const std::function<std::string()>& text) const {
  if (trace_) trace_(fmt::format("{:10.3f} s  {}", static_cast<double>(timeline_.now().count()) / 1e9, text()));
}

void World::run() {
  for (std::size_t i = 0; i < processes_.size(); ++i) raise(i);
  for (const auto& task : plan_.tasks) timeline_.at(task.at, [this, task] { submit(task); });
  for (const auto& blow : plan_.strikes) timeline_.at(blow.at, [this, blow] { strike(blow); });
  outages();
  schedule();
  while (!over_) {
    if (!timeline_.step()) Ledger::fail("nothing happens any more, and a task is not over");
    if (timeline_.now() > kLongest) Ledger::fail(fmt::format("{} tasks are not over after an hour", store_.unsettled()));
    if (timeline_.events() > kMostEvents) Ledger::fail("the run goes in circles");
  }
  say([] { return "every task is over"; });
}

// Without an answer the client tries again.
void World::submit(const TaskPlan& plan) {
  if (network_.database_away()) {
    timeline_.after(milliseconds(300), [this, plan] { submit(plan); });
    return;
  }
  const int number = static_cast<int>(submitted_++);
  auto task = task_row(number, plan);
  for (auto& row : task.steps) row.fails_always = !row.on_task_end && random_.chance(plan_.always_failing);
  say([&] { return fmt::format("task {} is submitted: {} steps, {}", number, task.steps.size(), to_string(task.lane)); });
  const auto id = task.id;
  kafka_.produce(store_.submit(std::move(task)), false);
  if (!plan.cancelled_at) return;
  timeline_.at(*plan.cancelled_at, [this, id, number] {
    if (network_.database_away()) return;
    say([&] { return fmt::format("task {} is cancelled", number); });
    kafka_.produce(store_.cancel(id), false);
  });
}

void World::raise(std::size_t place) {
  const Surroundings around{
      .timeline = timeline_,
      .plan = plan_,
      .variant = variant_,
      .random = random_,
      .store = store_,
      .kafka = kafka_,
      .network = network_,
      .ledger = ledger_,
      .look = [this] { look(); },
      .say = trace_ ? std::function<void(const std::string&)>([this](const std::string& text) { say([&] { return text; }); }) : nullptr};
  const auto wall_error = random_.between(-hours(1), hours(1));
  processes_[place] = std::make_shared<Process>(around, static_cast<int>(all_.size()), wall_error);
  all_.push_back(processes_[place]);
  processes_[place]->start();
}

void World::strike(const Strike& strike) {
  const auto place = static_cast<std::size_t>(strike.process);
  const auto process = processes_[place];
  if (!process->alive() || process->draining()) return;
  switch (strike.blow) {
    case Blow::crash:
      process->kill();
      timeline_.after(strike.length, [this, place] { raise(place); });
      break;
    case Blow::freeze:
      process->freeze(strike.length);
      break;
    case Blow::drain:
      process->drain([this, place] { timeline_.after(milliseconds(200), [this, place] { raise(place); }); });
      break;
    case Blow::clock_jump:
      say([&] { return fmt::format("the wall clock of P{} is set", process->number()); });
      process->jump_clock(random_.between(-hours(1), hours(1)));
      break;
    case Blow::slow_network:
      process->far_until(timeline_.now() + strike.length);
      break;
  }
}

void World::outages() {
  for (const auto& outage : plan_.database) {
    timeline_.at(outage.from, [this] {
      say([] { return "the database dies"; });
      store_.crash(random_);
    });
    timeline_.at(outage.until, [this] {
      if (network_.database_away()) return;
      say([] { return "the database is back"; });
      store_.started();
    });
  }
  for (const auto at : plan_.topics_deleted) {
    timeline_.at(at, [this] {
      say([] { return "all topics are deleted"; });
      kafka_.delete_topics();
    });
  }
}

bool World::away(const std::vector<Outage>& outages) const {
  return std::ranges::any_of(outages, [&](const Outage& o) { return o.from <= timeline_.now() && timeline_.now() < o.until; });
}

// The scheduler's duties, each a bounded pass: the frequent ones every time, the rare ones once a second.
void World::schedule() {
  timeline_.after(kPassEvery, [this] { schedule(); });
  over_ = submitted_ == plan_.tasks.size() && store_.unsettled() == 0;
  const bool able = !away(plan_.scheduler) && !network_.database_away();
  if (able && !was_able_) able_since_ = timeline_.now();
  was_able_ = able;
  if (!able) return;
  if (store_.anything_held()) kafka_.produce(store_.release(), false);
  const auto due = store_.next_due();
  if (due && *due <= timeline_.now()) {
    ledger_.promoted(timeline_.now() - std::max(*due, able_since_));
    kafka_.produce(store_.promote_due(), false);
  }
  if (++passes_ % kPassesOfRareDuties != 0) return;
  if (store_.anything_running()) {
    const auto rescued = store_.rescue(kMaxCrashes);
    if (!rescued.empty()) say([&] { return fmt::format("{} steps are rescued", rescued.size()); });
    kafka_.produce(rescued, false);
  }
  if (variant_ == Variant::no_reannounce || !store_.anything_ready()) return;
  const auto again = store_.reannounce();
  if (!again.empty()) say([&] { return fmt::format("{} steps are announced again", again.size()); });
  kafka_.produce(again, true);
}

void World::look() {
  std::vector<std::pair<StepRef, std::int64_t>> running;
  for (const auto& process : processes_) process->believed(running);
  ledger_.believes(running);
}

}  // namespace argosy::simulation
