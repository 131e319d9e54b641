// One test point of TAP: "not ok 3 - name # SKIP why". Internal to the room; pure.
#pragma once

#include <string>
#include <string_view>

#include "common/reports/report.h"

namespace argosy::reports {

struct TestPoint {
  bool ok = false;
  std::string name;  // unescaped, at most kMaxName bytes
  bool skip = false, todo = false;
  std::string reason;     // of a skip or todo
  double duration_s = 0;  // "# time=12.3ms", of node-tap and vitest
  bool opens = false;     // "ok 1 - name {": its subtests follow, up to a line "}"
  // What is known not to work yet counts as left out, as its tools count it: it may fail.
  Outcome outcome() const { return skip || todo ? Outcome::skipped : ok ? Outcome::passed : Outcome::failed; }
};

// `rest` is what follows "ok" or "not ok".
TestPoint read_test_point(std::string_view rest, bool ok);

}  // namespace argosy::reports
