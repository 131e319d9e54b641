// The scheduler's moves: release, promote_due, reannounce, rescue.
#include <algorithm>
#include <cmath>

#include "tests/simulation/store/store.h"

namespace argosy::simulation {
namespace {

using std::chrono::seconds;
using tasks::StepEvent;
using tasks::StepState;

constexpr int kOrganisations = 3;
constexpr seconds kOvertaken{2}, kProbeAfter{2}, kProbeEvery{1}, kSearchEvery{30};
constexpr int kMassAtLeast = 3;
constexpr std::chrono::milliseconds kOnDiskAfter{600};  // three rounds of Postgres's WAL writer

bool is_held(const StepRow& step) { return step.state == StepState::ready && !step.announced_at; }

}  // namespace

int Store::announced(tasks::Lane lane, std::optional<int> org) const {
  int count = 0;
  for (const auto& task : tasks_) {
    if (task.lane != lane || (org && task.org != *org)) continue;
    count +=
        static_cast<int>(std::ranges::count_if(task.steps, [](const StepRow& s) { return s.state == StepState::ready && s.announced_at; }));
  }
  return count;
}

// Above the window of its lane or its organisation, or behind others of its organisation that are.
bool Store::held_back(const TaskRow& task, const StepRow& step) const {
  if (announced(task.lane, std::nullopt) >= plan_.window || announced(task.lane, task.org) >= plan_.org_window) return true;
  return std::ranges::any_of(tasks_, [&](const TaskRow& other) {
    return other.lane == task.lane && other.org == task.org &&
           std::ranges::any_of(other.steps, [&](const StepRow& s) { return is_held(s) && &s != &step; });
  });
}

// One step of each organisation in turn, as long as there is room.
Store::Ready Store::release() {
  for (const auto lane : tasks::kLanes) {
    auto& turn = org_turn_[static_cast<std::size_t>(lane)];
    int room = plan_.window - announced(lane, std::nullopt);
    for (int idle = 0; idle < kOrganisations && room > 0; turn = (turn + 1) % kOrganisations) {
      StepRow* next = nullptr;
      for (auto& task : tasks_) {
        if (task.lane != lane || task.org != turn || next != nullptr) continue;
        const auto held = std::ranges::find_if(task.steps, is_held);
        if (held != task.steps.end()) next = &*held;
      }
      if (next == nullptr || announced(lane, turn) >= plan_.org_window) {
        ++idle;
        continue;
      }
      idle = 0;
      --room;
      next->announces = 0;
      announce(*next);
    }
  }
  return news();
}

Store::Ready Store::promote_due() {
  for (auto& task : tasks_) {
    std::vector<Moved> moved;
    for (auto& step : task.steps) {
      if (step.state == StepState::waiting && step.due_at && *step.due_at <= now()) {
        make_ready(task, step, StepEvent::resumed);
        moved.push_back({&step});
      } else if (step.state == StepState::running && step.deadline_at && *step.deadline_at <= now()) {
        move(step, StepEvent::gave_up);
        ++step.epoch;
        moved.push_back({&step, false, true});
      }
    }
    if (moved.empty()) continue;
    on_disk();
    settle(task, std::move(moved), false);
  }
  return news();
}

Store::Ready Store::reannounce() {
  Ready again;
  for (const auto lane : tasks::kLanes) {
    const auto l = static_cast<std::size_t>(lane);
    StepRow* oldest = nullptr;
    std::vector<StepRow*> chosen;
    for (auto& task : tasks_) {
      for (auto& step : task.steps) {
        if (step.lane != lane || step.state != StepState::ready || !step.announced_at) continue;
        if (oldest == nullptr || *step.announced_at < *oldest->announced_at) oldest = &step;
        const auto overtaken = kOvertaken * (1 << std::min(step.announces, 7));
        if (*step.announced_at < marks_[l] - overtaken) chosen.push_back(&step);
      }
    }
    const bool old = oldest != nullptr && *oldest->announced_at < now() - kProbeAfter * (1 << std::min(oldest->announces, 5));
    if (old && probed_[l] <= now() - kProbeEvery) {
      probed_[l] = now();
      if (std::ranges::find(chosen, oldest) == chosen.end()) chosen.push_back(oldest);
    }
    for (auto* step : chosen) {
      step->announced_at = now();
      ++step->announces;
      again.push_back({step->ref, tasks::Queue::codegen, step->lane, ""});
    }
  }
  return again;
}

std::vector<WorkerId> Store::declare_dead() {
  int expired = 0, known = 0;
  Time lease{};
  for (const auto& [id, worker] : workers_) {
    if (worker.swept) continue;
    ++known;
    if (worker.alive_until >= now()) continue;
    lease = std::max(lease, worker.lease);
    expired += !worker.rescued;
  }
  int most = known;
  if (expired >= kMassAtLeast && expired * 5 > known) {
    if (!mass_death_at_) mass_death_at_ = now();
    most = *mass_death_at_ + lease > now() ? 0 : std::max(1, known / 10);
  } else if (expired == 0) {
    mass_death_at_.reset();
  }
  std::vector<WorkerId> dead;
  for (auto& [id, worker] : workers_) {
    if (worker.alive_until >= now() || worker.swept) continue;
    const bool was_away = started_at_ + worker.lease >= now() && variant_ != Variant::rescue_after_outage;
    if (!worker.rescued && !was_away && most > 0) {
      worker.rescued = true;
      --most;
    }
    if (worker.rescued) dead.push_back(id);
  }
  return dead;
}

Store::Ready Store::rescue(int max_crashes) {
  const auto dead = declare_dead();
  const bool search = searched_at_ + kSearchEvery <= now();
  if (search) searched_at_ = now();
  std::vector<StepRow*> crashed, forgotten;
  for (auto& task : tasks_) {
    for (auto& step : task.steps) {
      if (step.state != StepState::running) continue;
      const auto worker = workers_.find(*step.owner);
      if (std::ranges::find(dead, *step.owner) != dead.end()) {
        ledger_.rescued(step.ref, is_well(*step.owner));
        crashed.push_back(&step);
      } else if (search && worker == workers_.end()) {
        if (*step.claimed_at < now() - std::chrono::minutes(1)) forgotten.push_back(&step);
      } else if (search && worker->second.alive_until >= now() && *step.claimed_at < worker->second.renewed_at - worker->second.lease) {
        const auto& held = worker->second.held;
        if (std::ranges::find(held, step.ref) == held.end()) forgotten.push_back(&step);
      }
    }
  }
  reclaim(crashed, true, max_crashes);
  reclaim(forgotten, false, max_crashes);
  for (const auto& id : dead) {
    auto& worker = workers_.at(id);
    if (worker.alive_until < now() - seconds(15)) worker.swept = true;
  }
  return news();
}

void Store::reclaim(std::vector<StepRow*> steps, bool crashed, int max_crashes) {
  std::map<TaskId, std::vector<Moved>> moved;
  for (auto* step : steps) {
    auto& task = task_of(step->ref);
    const bool poison = crashed && step->crashes >= max_crashes;
    if (crashed) ++step->crashes;
    ++step->epoch;
    step->announces = 0;
    if (ended(task) && !step->on_task_end) {
      move(*step, StepEvent::cancelled);
    } else if (poison) {
      move(*step, StepEvent::gave_up);
    } else {
      make_ready(task, *step, StepEvent::owner_died);
    }
    moved[task.id].push_back({step, false, poison && step->state == StepState::failed});
  }
  if (!moved.empty()) on_disk();
  for (auto& [id, list] : moved) settle(tasks_[number_of(id.uuid)], std::move(list), false);
}

bool Store::anything_held() const {
  return std::ranges::any_of(tasks_, [](const TaskRow& task) { return std::ranges::any_of(task.steps, is_held); });
}

bool Store::anything_ready() const {
  return std::ranges::any_of(tasks_, [](const TaskRow& task) {
    return std::ranges::any_of(task.steps, [](const StepRow& step) { return step.state == StepState::ready; });
  });
}

bool Store::anything_running() const {
  return std::ranges::any_of(tasks_, [](const TaskRow& task) {
    return std::ranges::any_of(task.steps, [](const StepRow& step) { return step.state == StepState::running; });
  });
}

std::optional<Time> Store::next_due() const {
  std::optional<Time> next;
  for (const auto& task : tasks_) {
    for (const auto& step : task.steps) {
      const auto due = step.state == StepState::running ? step.deadline_at : step.due_at;
      if (due && (!next || *due < *next)) next = due;
    }
  }
  return next;
}

// Claims do not wait for the disk: some of the last ones are not there any more. Their processes know nothing of it.
void Store::crash(Random& random) {
  const bool all = random.chance(0.5);
  for (auto& task : tasks_) {
    for (auto& step : task.steps) {
      const bool may_be_lost = step.soft && step.state == StepState::running && *step.claimed_at > now() - kOnDiskAfter;
      if (!may_be_lost || !(all || random.chance(0.5))) continue;
      ledger_.forgotten(step.ref, step.epoch);
      step.state = StepState::ready;
      step.owner.reset();
      step.claim_id = {};
      step.deadline_at.reset();
      --step.attempts;
      --step.epoch;
    }
  }
  on_disk();
}

void Store::started() { started_at_ = now(); }

std::size_t Store::unsettled() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(tasks_, [](const TaskRow& task) { return !ended(task) || task.open_steps > 0 || task.end_steps > 0; }));
}

}  // namespace argosy::simulation
