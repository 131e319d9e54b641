// Acceptance criteria on their way: with the test that shall check them, and with what came of it. Values, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"
#include "common/tasks/agent/plan.h"

namespace argosy::tasks {

class JsonReader;

// A check that is no command: the repository's own tests.
inline constexpr std::string_view kCheckedByTests = "tests";

struct CheckedCriterion {
  Criterion criterion;
  std::string outcome;  // passed, failed, unchecked
};

json::Value to_json(const std::vector<Criterion>& criteria);
json::Value to_json(const std::vector<CheckedCriterion>& criteria);
std::vector<Criterion> read_criteria(JsonReader& in, std::string_view key);                 // may be absent
std::vector<CheckedCriterion> read_checked_criteria(JsonReader& in, std::string_view key);  // likewise

}  // namespace argosy::tasks
