#include "workers/cli/sim/replay.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <list>
#include <map>
#include <queue>
#include <random>
#include <set>

#include "workers/cli/sim/autoscaler.h"

namespace argosy::cli {
namespace {

constexpr double kDrainShare = 2.0 / 3;  // of the grace period, to finish; the rest is for those that were handed back before, and to do so
constexpr double kBusyCost = 10, kMostAge = 3600;  // of the deletion cost
constexpr double kLongestTail = 4 * 3600;          // after the last step, for the replicas to come down

struct Running {
  std::size_t step;
  double began;
  std::uint64_t run;
};
struct Worker {
  double born, idle_since = 0;
  bool ready = false, leaving = false;
  std::vector<Running> running{};
};

enum class What { arrival, ready, finish, drained, poll, sync };
struct Event {
  double at;
  std::uint64_t order;  // of two at the same time the earlier one comes first
  What what;
  Worker* worker = nullptr;
  std::uint64_t run = 0;
  bool operator>(const Event& other) const { return std::pair(at, order) > std::pair(other.at, other.order); }
};

class Replay {
 public:
  Replay(const std::vector<Arrival>& arrivals, const ScaleSettings& settings, const ReplayOptions& options)
      : arrivals_(arrivals), settings_(settings), options_(options), scaler_(settings), random_(options.seed) {}

  ReplayOutcome take() {
    for (int i = 0; i < settings_.min_replicas; ++i) add_worker(true);
    put(What::poll, 0);
    put(What::sync, std::uniform_real_distribution<double>(0, kHpaSync)(random_));
    if (!arrivals_.empty()) put(What::arrival, arrivals_[0].at);
    while (!over()) {
      const auto event = events_.top();
      events_.pop();
      now_ = event.at;
      handle(event);
      claim();
      note();
    }
    return result();
  }

 private:
  bool over() const {
    if (done_ < arrivals_.size()) return false;
    return replicas() <= settings_.min_replicas || now_ > out_.ended_s + kLongestTail;
  }
  int load() const { return static_cast<int>(waiting_.size() + in_work_); }
  int replicas() const {
    return static_cast<int>(std::ranges::count_if(workers_, [](const Worker& worker) { return !worker.leaving; }));
  }
  void put(What what, double at, Worker* worker = nullptr, std::uint64_t run = 0) { events_.push({at, ++order_, what, worker, run}); }

  void handle(const Event& event) {
    switch (event.what) {
      case What::arrival:
        waiting_.push_back(next_++);
        if (next_ < arrivals_.size()) put(What::arrival, arrivals_[next_].at);
        break;
      case What::ready:
        if (std::erase(unborn_, event.run) > 0) become_ready(*event.worker);
        break;
      case What::finish:
        finish(event);
        break;
      case What::drained:
        if (std::erase(draining_, event.run) > 0) hand_back(*event.worker);
        break;
      case What::poll:
        scale_to(scaler_.poll(now_, load(), replicas()));
        put(What::poll, now_ + settings_.polling_s);
        break;
      case What::sync:
        scale_to(scaler_.sync(now_, load(), replicas()));
        put(What::sync, now_ + kHpaSync);
        break;
    }
  }

  void add_worker(bool ready) {
    workers_.push_back({.born = now_});
    auto& worker = workers_.back();
    if (ready) return become_ready(worker);
    unborn_.push_back(++runs_);
    put(What::ready, now_ + options_.pod_start_s, &worker, runs_);
    births_[&worker] = runs_;
  }
  void become_ready(Worker& worker) {
    worker.ready = true;
    worker.idle_since = now_;
    if (!arrivals_.empty() && now_ >= arrivals_[0].at && first_ready_ < 0) first_ready_ = now_;
  }
  void remove(Worker& worker) {
    out_.worker_minutes += (now_ - worker.born) / 60;
    if (worker.ready && worker.running.empty()) out_.idle_minutes += (now_ - worker.idle_since) / 60;
    workers_.remove_if([&](const Worker& one) { return &one == &worker; });
  }

  void scale_to(int wanted) {
    for (int now = replicas(); now < wanted; ++now) add_worker(false);
    for (int now = replicas(); now > wanted; --now) end(*victim());
  }
  // Kubernetes' order: what is not ready first, then by deletion cost, then the youngest.
  Worker* victim() {
    std::vector<Worker*> all;
    for (auto& worker : workers_)
      if (!worker.leaving) all.push_back(&worker);
    if (!options_.by_deletion_cost) std::ranges::shuffle(all, random_);
    const auto rank = [this](const Worker* worker) {
      if (!options_.by_deletion_cost) return std::pair(0.0, worker->ready ? 1.0 : 0.0);
      return std::pair(worker->ready ? 1 + cost(*worker) : 0.0, -worker->born);
    };
    return options_.by_deletion_cost ? *std::ranges::min_element(all, {}, rank) : all.front();
  }
  double cost(const Worker& worker) const {
    if (worker.running.empty()) return 0;
    double oldest = now_;
    for (const auto& one : worker.running) oldest = std::min(oldest, one.began);
    return kBusyCost + std::min(kMostAge, now_ - oldest);
  }
  void end(Worker& worker) {
    if (!worker.ready) std::erase(unborn_, births_[&worker]);
    births_.erase(&worker);
    if (worker.running.empty()) return remove(worker);
    ++out_.busy_killed;
    worker.leaving = true;
    draining_.push_back(++runs_);
    drains_[&worker] = runs_;
    put(What::drained, now_ + settings_.grace_s * kDrainShare, &worker, runs_);
  }
  void hand_back(Worker& worker) {
    for (const auto& one : worker.running) {
      out_.wasted_s += now_ - one.began;
      out_.run_s += now_ - one.began;
      ++out_.handed_back;
      --in_work_;
      live_.erase(one.run);
      waiting_.push_front(one.step);
    }
    drains_.erase(&worker);
    remove(worker);
  }

  void finish(const Event& event) {
    if (live_.erase(event.run) == 0) return;  // it was handed back meanwhile
    auto& worker = *event.worker;
    const auto one = std::ranges::find(worker.running, event.run, &Running::run);
    out_.run_s += now_ - one->began;
    worker.running.erase(one);
    --in_work_;
    ++done_;
    out_.ended_s = now_;
    if (!worker.running.empty()) return;
    worker.idle_since = now_;
    if (!worker.leaving) return;
    std::erase(draining_, drains_[&worker]);
    drains_.erase(&worker);
    remove(worker);
  }

  void claim() {
    while (!waiting_.empty()) {
      std::vector<Worker*> free;
      for (auto& worker : workers_)
        if (worker.ready && !worker.leaving && std::ssize(worker.running) < settings_.slots) free.push_back(&worker);
      if (free.empty()) return;
      auto& worker = *free[std::uniform_int_distribution<std::size_t>(0, free.size() - 1)(random_)];
      const auto step = waiting_.front();
      waiting_.pop_front();
      if (worker.running.empty()) out_.idle_minutes += (now_ - worker.idle_since) / 60;
      worker.running.push_back({step, now_, ++runs_});
      live_.insert(runs_);
      ++in_work_;
      put(What::finish, now_ + arrivals_[step].duration, &worker, runs_);
      if (started_.insert(step).second) delays_.push_back(now_ - arrivals_[step].at);
    }
  }

  void note() {
    const ReplaySample sample{
        now_, load(), replicas(),
        static_cast<int>(std::ranges::count_if(workers_, [](const Worker& one) { return one.ready && !one.leaving; }))};
    peak_load_ = std::max(peak_load_, sample.load);
    out_.peak_replicas = std::max(out_.peak_replicas, sample.desired);
    auto& all = out_.samples;
    if (!all.empty() && all.back().load == sample.load && all.back().desired == sample.desired && all.back().running == sample.running)
      return;
    all.push_back(sample);
  }

  ReplayOutcome result() {
    for (auto& worker : workers_) {
      out_.worker_minutes += (now_ - worker.born) / 60;
      if (worker.ready && worker.running.empty()) out_.idle_minutes += (now_ - worker.idle_since) / 60;
    }
    const int needed =
        std::clamp(static_cast<int>(std::ceil(peak_load_ / settings_.target)), settings_.min_replicas, settings_.max_replicas);
    out_.overshoot = std::max(0, out_.peak_replicas - needed);
    out_.steps = arrivals_.size();
    out_.first_worker_s = settings_.min_replicas > 0 || first_ready_ < 0 ? 0 : first_ready_ - arrivals_[0].at;
    std::ranges::sort(delays_);
    const auto at = [this](double share) {
      return delays_.empty() ? 0
                             : delays_[std::min(delays_.size() - 1, static_cast<std::size_t>(share * static_cast<double>(delays_.size())))];
    };
    out_.p50_s = at(0.5);
    out_.p95_s = at(0.95);
    return std::move(out_);
  }

  const std::vector<Arrival>& arrivals_;
  const ScaleSettings settings_;
  const ReplayOptions options_;
  Autoscaler scaler_;
  std::mt19937_64 random_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::list<Worker> workers_;  // their addresses stand in events
  std::deque<std::size_t> waiting_;
  std::vector<std::uint64_t> unborn_, draining_;  // tickets of events that still count: a worker's address may be another's by then
  std::map<const Worker*, std::uint64_t> births_, drains_;
  std::set<std::uint64_t> live_;
  std::set<std::size_t> started_;
  std::vector<double> delays_;
  double now_ = 0, first_ready_ = -1;
  std::uint64_t order_ = 0, runs_ = 0;
  std::size_t next_ = 0, in_work_ = 0, done_ = 0;
  int peak_load_ = 0;
  ReplayOutcome out_;
};

}  // namespace

ReplayOutcome replay(const std::vector<Arrival>& arrivals, const ScaleSettings& settings, const ReplayOptions& options) {
  return Replay(arrivals, settings, options).take();
}

}  // namespace argosy::cli
