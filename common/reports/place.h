// Where a failure happened, read from what its test printed: "tests/test_a.py:12: AssertionError", "File "a.py", line 12",
// "at CalcTest.wrong(CalcTest.java:15)", "at f (/srv/a.test.js:3:7)", "x_test.go:12:", "src/lib.rs:10:5". Internal to the room; pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/reports/report.h"

namespace argosy::reports {

struct Place {
  std::string_view file;  // a part of what was read
  std::int64_t line = 0;
};

// "a/b.js:12:3", "a.py:12" -> file and line; line 0 when it ends with no number.
Place split_place(std::string_view text);

// Fills in the line of a case that has none from its message, and the file if that is not known either. A place in another file than
// the case's own says nothing about the case.
void locate(Case& one);

}  // namespace argosy::reports
