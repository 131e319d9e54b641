#include "tests/bench/world/audit.h"

#include <fmt/format.h>

#include "tests/support/row_promises.h"

namespace argosy::bench {

std::vector<std::string> audit(testing::SqlSession& sql, const Expected& expected) {
  std::vector<std::string> broken;
  for (const auto& one : testing::broken_promises(sql, expected.since))
    broken.push_back(fmt::format("{}: {} tasks break it, one is {}", one.promise, one.tasks.size(), one.tasks.front()));
  const auto is = [&](std::string_view what, const char* query, std::size_t wanted) {
    const auto found = sql.value(query);
    if (found != fmt::to_string(wanted)) broken.push_back(fmt::format("there are {} {}, not {}", found, what, wanted));
  };
  is("tasks", "SELECT count(*) FROM mine", expected.tasks);
  is("steps", "SELECT count(*) FROM mine JOIN step USING (task_id)", expected.steps);
  is("results of another size", "SELECT count(*) FROM mine JOIN step s USING (task_id) WHERE coalesce(length(s.output), 0) <> 200", 0);
  return broken;
}

}  // namespace argosy::bench
