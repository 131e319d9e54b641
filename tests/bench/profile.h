// Where the time of a step goes (make bench-profile): Postgres' own books by function and statement, /proc by thread and backend, and Linux
// perf by symbol where it is installed. Costs time itself: the figures of a profiled run are for comparing with each other. One thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "tests/bench/world/world.h"

namespace argosy::bench {

class Profile {
 public:
  // `world` was made with `profile`. Raw data of perf goes to `folder`.
  Profile(World& world, std::filesystem::path folder);
  void begin();                   // after the warm-up
  std::string end(double steps);  // the report, per step
  ~Profile();

 private:
  std::map<std::string, double> cpu_by_thread() const;
  std::string functions(double steps);
  std::string statements(double steps);
  std::string threads(double steps) const;
  void start_perf();
  std::string symbols();

  World& world_;
  const std::filesystem::path folder_;
  std::map<std::string, double> before_;
  std::optional<Child> perf_;
};

}  // namespace argosy::bench
