// One worker process, made of the product's own decisions (what to claim, what runs, what to finish together, what a renewal means, how to
// drain, what an error means) and a simulation of what carries them out: threads become events, calls become delays that may fail. Frozen,
// its events wait; dead, they are gone. One thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "common/runtime/drain.h"
#include "common/runtime/loop/claim_pace.h"
#include "common/runtime/loop/hints.h"
#include "common/runtime/loop/in_flight.h"
#include "common/runtime/loop/lease_keeper.h"
#include "common/runtime/step/outcome.h"
#include "common/runtime/step/slot_table.h"
#include "tests/simulation/fleet/kafka.h"
#include "tests/simulation/fleet/network.h"
#include "tests/simulation/store/store.h"

namespace argosy::simulation {

// What a process is given to live in; outlives it.
struct Surroundings {
  Timeline& timeline;
  const Plan& plan;
  Variant variant;
  Random& random;
  Store& store;
  Kafka& kafka;
  Network& network;
  Ledger& ledger;
  std::function<void()> look;                   // at who believes in which lease, now
  std::function<void(const std::string&)> say;  // empty unless somebody reads it
};

class Process : public std::enable_shared_from_this<Process> {
 public:
  Process(const Surroundings& around, int number, Time wall_error);

  void start();
  void kill();
  void freeze(Time length);
  void drain(std::function<void()> gone);
  void jump_clock(Time by) { clock_.jump(by); }
  // Its calls take long until then: what it loses by that is no fault of the scheduler.
  void far_until(Time when);

  bool alive() const { return life_ == Life::alive; }
  bool draining() const { return drain_.has_value(); }
  int number() const { return number_; }
  const WorkerId& id() const { return id_; }
  // Alive, awake, and not kept from renewing by anything but the database; or gone after it said good-bye.
  bool well() const;
  // The leases that it runs under and believes in.
  void believed(std::vector<std::pair<StepRef, std::int64_t>>& into) const;

 private:
  enum class Life { alive, frozen, dead };
  struct Finished {
    runtime::JobPtr job;  // null: a row handed back
    store::FinishedStep finish;
  };
  struct Run {
    runtime::JobPtr job;
    Time ends;
    bool notices = false;  // that it should stop
  };

  // An event of this process: never once it is dead, later while it is frozen.
  void later(Time delay, std::function<void()> what);
  std::function<void()> mine(std::function<void()> what);
  void say(const std::function<std::string()>& text) const;

  // claiming.cc
  void claim_round();
  void claim_again(Time delay);
  void read(const runtime::ClaimPace::Round& round);
  void claim();
  void claimed(std::uint64_t token, std::vector<runtime::Hints::Wanted> batch, Time began, bool beside_one,
               Result<std::vector<store::ClaimedStep>> answer);
  void watch_fairness(const std::vector<runtime::Hints::Wanted>& batch);
  void finish_messages(const std::vector<broker::Message>& messages);

  // running.cc
  void run_waiting();
  void begin(const runtime::JobPtr& job);
  void returned(const runtime::JobPtr& job);
  Result<runtime::StepResult> result_of(const runtime::JobPtr& job);
  void notice_stops();
  void finish_round();
  void finish(std::vector<Finished> batch, Time retry_in);
  void drop_disowned(std::vector<Finished>& batch);
  void release(const Finished& item);
  void check_holdings();

  // process.cc
  void renew();
  void renewed(const std::vector<runtime::InFlight::Key>& held, Time sent_at, const Result<store::Renewed>& answer);
  void drain_on();
  void leave();

  const Surroundings around_;
  const int number_;
  const WorkerId id_;
  MachineClock clock_;
  runtime::Lease lease_;
  runtime::InFlight in_flight_;
  runtime::LeaseKeeper keeper_;
  runtime::Hints hints_;
  runtime::ClaimPace pace_;
  runtime::SlotTable slots_;
  Life life_ = Life::alive;
  std::vector<std::function<void()>> missed_;  // while frozen
  std::map<const runtime::Job*, Run> runs_;
  std::deque<Finished> finished_;
  bool claiming_ = false, claim_planned_ = false, finishing_ = false, stopping_ = false, leaving_ = false, left_ = false;
  std::optional<runtime::DrainPlan> drain_;
  std::function<void()> gone_;
  Time unwell_until_{}, give_up_at_{};
};

}  // namespace argosy::simulation
