#include "tests/chaos/matrix/ledger/audit.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace argosy::chaos {
namespace {

using Kind = Finding::Kind;

// Clocks are read one after the other, and a claim's epoch is taken before its locks are.
constexpr Micros kSlack = 20'000;
// How long before a crash of Postgres a commit that nobody waited for may be lost: three times wal_writer_delay, and then some.
constexpr Micros kUnwritten = 2'000'000;

class Audit {
 public:
  explicit Audit(const Evidence& evidence) : evidence_(evidence) {
    for (const auto& run : evidence.runs) {
      auto& last = last_sign_[run.token.task];
      last = std::max({last, run.began, run.applied.value_or(0)});
    }
  }

  Verdict take() {
    look_at_requests();
    look_at_tasks();
    look_at_runs();
    look_at_results();
    look_at_streams();
    look_at_webhooks();
    look_at_commits();
    look_at_plans();
    return std::move(verdict_);
  }

 private:
  void find(Kind kind, const std::string& task, std::string what, Micros at = 0) {
    if (at == 0) at = last_sign_[task];
    verdict_.findings.push_back({kind, task, std::move(what), at});
  }
  static std::string name(const Order& order) { return fmt::format("order {} ({})", order.number, to_string(order.errand)); }
  const StoredTask* stored(const std::string& task) const {
    const auto found = evidence_.tasks.find(task);
    return found == evidence_.tasks.end() ? nullptr : &found->second;
  }

  // What the client was told is in the store, and what is in the store is known to the client.
  void look_at_requests() {
    std::map<std::int64_t, std::vector<std::string>> made;  // tasks by order
    for (const auto& [id, task] : evidence_.tasks) {
      if (task.order)
        made[task.order->number].push_back(id);
      else
        find(Kind::repeated, id, "nobody ordered this task");
    }
    for (const auto& request : evidence_.requests) {
      const auto& tasks = made[request.order.number];
      for (const auto& id : request.tasks) {
        last_sign_[id] = std::max(last_sign_[id], request.at);
        if (stored(id) == nullptr) find(Kind::lost, id, name(request.order) + " was answered 202 and is not in the store", request.at);
      }
      if (request.tasks.size() > 1) find(Kind::repeated, *request.tasks.begin(), name(request.order) + " was told two ids", request.at);
      if (tasks.size() > 1)
        find(Kind::repeated, tasks.front(), fmt::format("{} has {} tasks", name(request.order), tasks.size()), request.at);
      if (request.told == Request::Told::refused && !tasks.empty())
        find(Kind::repeated, tasks.front(), name(request.order) + " was refused and is in the store", request.at);
      switch (request.told) {
        case Request::Told::accepted:
          ++verdict_.accepted;
          break;
        case Request::Told::refused:
          ++verdict_.refused;
          break;
        case Request::Told::unknown:
          ++verdict_.unknown;
          break;
      }
      made.erase(request.order.number);
    }
    for (const auto& [number, tasks] : made) {
      for (const auto& id : tasks) find(Kind::repeated, id, fmt::format("no client sent order {}", number));
    }
  }

  // Every task ends well, also one whose answer was lost.
  void look_at_tasks() {
    for (const auto& [id, task] : evidence_.tasks) {
      if (task.state == "succeeded" && task.settled) continue;
      std::string steps;
      for (const auto& [ordinal, step] : task.steps) steps += fmt::format(" {}:{}", ordinal, step.state);
      find(Kind::lost, id, fmt::format("hangs: {}, steps{}", task.state, steps));
    }
  }

  // No token was used twice, and no step had two valid leases at a time.
  void look_at_runs() {
    std::map<std::pair<std::string, std::int16_t>, std::vector<const Run*>> of_step;
    for (const auto& run : evidence_.runs) {
      of_step[{run.token.task, run.token.step}].push_back(&run);
      verdict_.effects += run.applied ? 1 : 0;
    }
    for (auto& [step, runs] : of_step) {
      std::ranges::sort(runs, [](const Run* a, const Run* b) { return a->token < b->token; });
      verdict_.reruns += runs.size() - 1;
      const auto* task = stored(step.first);
      const auto* row = task != nullptr && task->steps.contains(step.second) ? &task->steps.at(step.second) : nullptr;
      for (std::size_t i = 0; i < runs.size(); ++i) {
        if (i > 0) look_at_two(*runs[i - 1], *runs[i]);
        look_at_lease(*runs[i], row);
      }
    }
  }

  void look_at_two(const Run& earlier, const Run& later) {
    const auto where = fmt::format("step {}: {} under {}", later.token.step, later.process, later.token.epoch);
    if (earlier.token == later.token) {
      find(Kind::repeated, later.token.task, fmt::format("{} ran a second time, first by {}", where, earlier.process), later.began);
      return;
    }
    // The later lease began at its epoch. Whoever applied an effect after that believed in a lease that was over.
    const Micros claimed = later.token.epoch - evidence_.unix_minus_boot;
    const Micros over = earlier.applied.value_or(0) - claimed;
    if (over <= kSlack + std::abs(evidence_.unix_drift)) return;
    if (may_be_forgotten(earlier)) {
      ++verdict_.forgotten;
      return;
    }
    find(Kind::repeated, later.token.task,
         fmt::format("{} began while {} believed in its lease {}, and applied its effect {} ms later", where, earlier.process,
                     earlier.token.epoch, over / 1000),
         *earlier.applied);
  }

  // A lease under which somebody worked is one that the store gave out: its last one, or one that it knows the end of.
  void look_at_lease(const Run& run, const StoredStep* row) {
    if (row == nullptr) {
      find(Kind::lost, run.token.task, fmt::format("step {} was run by {} and is not in the store", run.token.step, run.process),
           run.began);
      return;
    }
    const bool known = run.token.epoch == row->epoch || evidence_.ended_leases.contains(run.token);
    if (run.token.epoch > row->epoch && row->state == "succeeded" && !may_be_forgotten(run)) {
      find(Kind::repeated, run.token.task,
           fmt::format("step {} was run by {} under {}, and its row never saw that lease", run.token.step, run.process, run.token.epoch),
           run.began);
    } else if (!known && !may_be_forgotten(run)) {
      find(Kind::lost, run.token.task,
           fmt::format("step {}: of the lease {} of {} nothing is known", run.token.step, run.token.epoch, run.process), run.began);
    }
  }

  // Nobody waits for the commit of a claim, but where effects leave the house: a crash of Postgres may forget it.
  bool may_be_forgotten(const Run& run) const {
    if (run.token.step == kPush || evidence_.ended_leases.contains(run.token)) return false;
    const Micros claimed = run.token.epoch - evidence_.unix_minus_boot;
    return std::ranges::any_of(evidence_.postgres_crashes,
                               [&](Micros crash) { return claimed <= crash + kSlack && crash - claimed < kUnwritten; });
  }

  // What the store accepted was made by a run that we saw, under the lease that the row names.
  void look_at_results() {
    std::set<Token> applied;
    for (const auto& run : evidence_.runs) {
      if (run.applied) applied.insert(run.token);
    }
    for (const auto& [id, task] : evidence_.tasks) {
      for (const auto& [ordinal, step] : task.steps) {
        if (step.state != "succeeded" || is_webhook(ordinal)) continue;
        if (step.made_under != step.epoch)
          find(Kind::repeated, id,
               fmt::format("step {} took the result of {} under {}, and its lease is {}", ordinal, step.process, step.made_under,
                           step.epoch));
        else if (!applied.contains({id, ordinal, step.made_under}))
          find(Kind::lost, id, fmt::format("step {} succeeded, and its effect under {} was never seen", ordinal, step.made_under));
      }
    }
  }

  void look_at_streams() {
    for (const auto& watched : evidence_.watched) {
      const auto* task = stored(watched.task);
      if (task == nullptr) continue;  // told above
      ++verdict_.streams;
      std::int64_t next = 1;
      for (const auto seq : watched.seqs) {
        if (seq < next) find(Kind::repeated, watched.task, fmt::format("the stream told event {} again", seq), watched.at);
        if (seq > next) find(Kind::lost, watched.task, fmt::format("the stream left out events {} to {}", next, seq - 1), watched.at);
        next = std::max(next, seq + 1);
      }
      if (next <= task->last_seq)
        find(Kind::lost, watched.task, fmt::format("the stream ended at {} of {} events", next - 1, task->last_seq), watched.at);
      if (next > task->last_seq + 1)
        find(Kind::repeated, watched.task, fmt::format("the stream told {} events, the store has {}", next - 1, task->last_seq),
             watched.at);
    }
  }

  // A task that was brought back may end, and be told of, once more.
  void look_at_webhooks() {
    for (const auto& [id, task] : evidence_.tasks) {
      if (!task.settled || !task.steps.contains(kWebhook)) continue;
      const auto told = evidence_.deliveries.find(id);
      const std::size_t ids = told == evidence_.deliveries.end() ? 0 : told->second.size();
      ++verdict_.webhooks;
      if (ids == 0) find(Kind::lost, id, "its end was never told to the webhook");
      if (ids > 1 + static_cast<std::size_t>(task.redrives)) find(Kind::repeated, id, fmt::format("its end was told under {} ids", ids));
    }
  }

  void look_at_commits() {
    std::map<std::int64_t, std::size_t> wanted;
    for (const auto& [id, task] : evidence_.tasks) {
      if (!task.order || task.order->errand != Errand::pushes) continue;
      ++verdict_.pushes;
      const auto found = evidence_.commits.find(task.order->number);
      const std::size_t commits = found == evidence_.commits.end() ? 0 : found->second;
      if (commits == 0 && task.state == "succeeded") find(Kind::lost, id, "nothing of it was pushed");
      if (commits > 1) find(Kind::repeated, id, fmt::format("it was pushed {} times", commits));
    }
  }

  // A plan is edited once, however often that was asked for.
  void look_at_plans() {
    for (const auto& [id, task] : evidence_.tasks) {
      verdict_.edits += task.plan_edits > 0 ? 1 : 0;
      if (task.plan_edits == 0 && evidence_.edited.contains(id)) find(Kind::lost, id, "the edit of its plan was answered and is not there");
      if (task.plan_edits > 1) find(Kind::repeated, id, fmt::format("its plan was edited {} times", task.plan_edits));
    }
  }

  const Evidence& evidence_;
  std::map<std::string, Micros> last_sign_;
  Verdict verdict_;
};

}  // namespace

Verdict audit(const Evidence& evidence) { return Audit(evidence).take(); }

}  // namespace argosy::chaos
