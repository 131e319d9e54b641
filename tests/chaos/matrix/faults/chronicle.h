// What was done to the fleet, to whom and when: the first two columns of the table, and what a finding is blamed on. Thread-safe.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/chaos/matrix/ledger/evidence.h"

namespace argosy::chaos {

// Microseconds of CLOCK_BOOTTIME.
Micros boot_now();

struct Happened {
  std::string fault{}, victim{};
  Micros began = 0, ended = 0;
  bool came_to_pass = true;  // false: a process was armed and never came to the place
};

class Chronicle {
 public:
  explicit Chronicle(const std::filesystem::path& file);
  void know(const std::string& fault);  // that it may happen: it has a row in the table even if it never does
  void add(const Happened& happened);
  void postgres_crashed(Micros at);

  std::vector<Happened> all() const;
  std::vector<std::string> known() const;
  std::vector<Micros> postgres_crashes() const;

 private:
  mutable std::mutex mutex_;
  std::ofstream file_;
  std::vector<std::string> known_;
  std::vector<Happened> all_;
  std::vector<Micros> crashes_;
};

}  // namespace argosy::chaos
