// The workers of the drill: they are started, told to end as a kubelet does it (SIGTERM, and SIGKILL when the grace period is over) or
// killed. Whom a scale-down hits says the rule of `controller.kubernetes.io/pod-deletion-cost`. What cannot be started throws
// std::runtime_error. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/database.h"
#include "tests/support/process.h"

namespace argosy::drain {

inline constexpr std::chrono::seconds kGrace{5};  // terminationGracePeriodSeconds

struct Ends {
  std::size_t drained = 0;  // by SIGTERM, within the grace period
  std::size_t busy = 0;     // of those, that held steps when they were told
  std::size_t overran = 0;  // by SIGTERM, and then by SIGKILL
  std::size_t killed = 0;   // by SIGKILL alone
  std::size_t all() const { return drained + overran + killed; }
};

class Crew {
 public:
  Crew(test::Environment environment, std::filesystem::path folder, std::uint64_t seed);

  std::filesystem::path effects() const { return folder_ / "effects"; }
  std::size_t size() const { return workers_.size(); }
  const Ends& ends() const { return ends_; }
  // Names of the processes that ended in a way other than by draining, as Effects spells them (worker-3.4711).
  const std::vector<std::string>& crashed() const { return crashed_; }

  void scale_up(std::size_t count);  // returns when all are ready
  // Tells one to end, and does not wait for that: the cheapest, or, as when its node is drained, whichever it is.
  enum class Victim { cheapest, any };
  void scale_down(Victim who, testing::SqlSession& sql, std::mt19937_64& random);
  void kill_one(std::mt19937_64& random);
  // To be called often: notices who has ended, and kills who has used up the grace period. Throws when one ended by itself or badly.
  void look();
  bool ending() const { return !leaving_.empty(); }

 private:
  struct Worker {
    std::string name, id;  // id: as the database knows it
    test::Process process;
    std::chrono::nanoseconds until{};  // of its grace period
    bool busy = false;
  };
  std::string in_effects(const Worker& worker) const;

  const test::Environment environment_;
  const std::filesystem::path folder_;
  const std::uint64_t seed_;
  int started_ = 0;
  Ends ends_;
  std::vector<std::unique_ptr<Worker>> workers_, leaving_;
  std::vector<std::string> crashed_;
};

}  // namespace argosy::drain
