// What a program printed, as an agent is told of it: redacted, head and tail. Pure, one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/reports/report.h"

namespace argosy::testing {

// Keeps the beginning and the end of what comes in pieces, whatever its length.
class HeadAndTail {
 public:
  explicit HeadAndTail(std::size_t max) : half_(max / 2) {}
  void add(std::string_view piece);
  // Without secrets and what no text has; a line between both parts says how much is missing.
  std::string text() const;

 private:
  std::size_t half_;
  std::string head_, tail_;
  std::size_t bytes_ = 0;
};

// "12 passed, 1 failed: test_a"; empty when the report counts nothing.
std::string in_a_note(const reports::Report& report);
// The messages of what failed, at most `max` bytes.
std::string failures_of(const reports::Report& report, std::size_t max);

}  // namespace argosy::testing
