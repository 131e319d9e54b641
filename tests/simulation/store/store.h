// The database of the simulation: the moves of schemas/migrations over rows in memory, in the product's own types, by its own tables of
// legal moves. A move is atomic here; what may go wrong around it (answers lost, calls that come late, outages, commits that are forgotten)
// is done to it by its callers. tests/model shows that the moves are right; here they are the ground that the pure parts stand on. One
// thread.
#pragma once

#include <array>
#include <map>

#include "common/store/moves.h"
#include "tests/simulation/base/timeline.h"
#include "tests/simulation/store/rows.h"
#include "tests/simulation/variant.h"
#include "tests/simulation/world/ledger.h"

namespace argosy::simulation {

class Store {
 public:
  using Ready = std::vector<tasks::ReadyStep>;

  Store(const Timeline& timeline, const Plan& plan, Variant variant, Ledger& ledger)
      : timeline_(timeline), plan_(plan), variant_(variant), ledger_(ledger) {}

  // moves.cc
  Ready submit(TaskRow task);
  Result<std::vector<store::ClaimedStep>> claim(const WorkerId& worker, const std::vector<store::ClaimRequest>& wanted, bool suspect);
  store::Finished finish(const std::vector<store::FinishedStep>& steps);
  store::Renewed renew(const store::Renewal& renewal);
  Ready leave(const WorkerId& worker);
  Ready cancel(const TaskId& task);

  // schedule.cc: what the scheduler's duties call.
  Ready release();
  Ready promote_due();
  Ready reannounce();
  Ready rescue(int max_crashes);
  // Whether a duty has anything to look at: idle ones are not simulated.
  bool anything_held() const;
  bool anything_ready() const;
  bool anything_running() const;
  std::optional<Time> next_due() const;

  // A crash: claims that are not on disk are forgotten. And it answers again.
  void crash(Random& random);
  void started();
  // Told by whoever knows the processes: is the owner well, so that a rescue would be wrong?
  std::function<bool(const WorkerId&)> is_well;

  const std::vector<TaskRow>& tasks() const { return tasks_; }
  std::size_t unsettled() const;

 private:
  struct Moved {
    StepRow* step;
    bool succeeded = false, failed = false, added = false;
  };

  Time now() const { return timeline_.now(); }
  TaskRow& task_of(const StepRef& ref) { return tasks_[number_of(ref.task.uuid)]; }
  StepRow* find(const StepRef& ref);
  static bool ended(const TaskRow& task) { return tasks::is_final(task.state); }
  void on_disk();
  void move(StepRow& step, tasks::StepEvent event);
  void make_ready(TaskRow& task, StepRow& step, tasks::StepEvent event);
  bool held_back(const TaskRow& task, const StepRow& step) const;
  void announce(StepRow& step);
  void add_steps(TaskRow& task, StepRow& by, const store::FinishedStep& finish, std::vector<Moved>& moved);
  bool accept(TaskRow& task, StepRow& step, const store::FinishedStep& finish);
  void reclaim(std::vector<StepRow*> steps, bool crashed, int max_crashes);
  void settle(TaskRow& task, std::vector<Moved> moved, bool stop);
  void cut(TaskRow& task, std::vector<Moved>& moved);
  void promote(TaskRow& task, const std::vector<Moved>& moved);
  void judge(TaskRow& task, const std::vector<Moved>& moved, bool failing, bool stop);
  void check(const TaskRow& task) const;
  Ready news();
  int announced(tasks::Lane lane, std::optional<int> org) const;
  std::vector<WorkerId> declare_dead();

  const Timeline& timeline_;
  const Plan& plan_;
  const Variant variant_;
  Ledger& ledger_;
  std::vector<TaskRow> tasks_;
  std::map<WorkerId, WorkerRow> workers_;
  std::vector<StepRow*> news_;
  std::array<Time, 3> marks_{}, probed_{};
  std::array<int, 3> org_turn_{};
  Time started_at_{}, searched_at_{};
  std::optional<Time> mass_death_at_;
  std::int64_t last_epoch_ = 0;
};

}  // namespace argosy::simulation
