// One run: a seed, a fleet, and what befalls it, from the first submission until every task is over. Throws Violation. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/fleet/process.h"

namespace argosy::simulation {

class World {
 public:
  // `trace` is told what happens; empty: nobody listens.
  World(std::uint64_t seed, Variant variant, std::function<void(const std::string&)> trace);
  ~World();

  void run();
  std::uint64_t events() const { return timeline_.events(); }

 private:
  void submit(const TaskPlan& task);
  void raise(std::size_t place);
  void strike(const Strike& strike);
  void outages();
  void schedule();
  bool away(const std::vector<Outage>& outages) const;
  void look();
  void say(const std::function<std::string()>& text) const;

  const Plan plan_;
  const Variant variant_;
  std::function<void(const std::string&)> trace_;
  Random random_;
  Timeline timeline_;
  Ledger ledger_;
  Store store_;
  Kafka kafka_;
  Network network_;
  std::vector<std::shared_ptr<Process>> processes_;  // who stands at which place now
  std::vector<std::shared_ptr<Process>> all_;        // that ever were
  std::size_t submitted_ = 0;
  int passes_ = 0;
  Time able_since_{};  // both scheduler and database are there
  bool was_able_ = true, over_ = false;
};

}  // namespace argosy::simulation
