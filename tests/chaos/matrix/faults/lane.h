// A thread that disturbs some of the fleet, one fault after the other in an order that the seed decides; several lanes work at the same
// time, none on another's members. Each fault of a lane comes once before any comes again. The members' processes are children of the
// lane's thread and die with it: it stays until it is dismissed.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/chaos/matrix/faults/fault.h"

namespace argosy::chaos {

// Of the whole run; `trouble` is what ended it early.
class Curtain {
 public:
  Gate faults_begin, faults_end, dismissed;
  // The first reason counts; it ends the faults.
  void fail(const std::string& why);
  std::string trouble() const;

 private:
  mutable std::mutex mutex_;
  std::string trouble_;
};

struct LanePlan {
  std::string name;
  std::vector<std::pair<std::string, std::string>> members{};   // role and name
  std::chrono::milliseconds shortest_pause{}, longest_pause{};  // between two faults
  std::function<std::vector<Fault>(const Crew&)> faults{};
};

class Lane {
 public:
  Lane(const Stage& stage, LanePlan plan, std::uint64_t seed, Curtain& curtain, Chronicle& chronicle);
  ~Lane();  // after Curtain::dismissed

  const Gate& ready() const { return ready_; }    // all members run
  const Gate& healed() const { return healed_; }  // after faults_end: all run again, and nothing more will be done to them

 private:
  void run();
  void disturb(std::vector<Fault> deck);

  const Stage& stage_;
  const LanePlan plan_;
  Random random_;
  Curtain& curtain_;
  Chronicle& chronicle_;
  Gate ready_, healed_;
  std::thread thread_;
};

}  // namespace argosy::chaos
