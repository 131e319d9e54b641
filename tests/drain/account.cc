#include "tests/drain/account.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace argosy::drain {
namespace {

using Step = std::pair<std::string, std::int16_t>;

// Of each step, in the order of their leases.
std::map<Step, std::vector<chaos::Run>> applied(const std::vector<chaos::Run>& runs) {
  std::map<Step, std::vector<chaos::Run>> by_step;
  for (const auto& run : runs) {
    if (run.applied) by_step[{run.token.task, run.token.step}].push_back(run);
  }
  for (auto& [step, its] : by_step) std::ranges::sort(its, {}, &chaos::Run::token);
  return by_step;
}

}  // namespace

RunTime run_time(testing::SqlSession& sql) {
  const auto row = sql.query(R"(
    WITH a AS (SELECT outcome, extract(epoch FROM finished_at - started_at) AS s FROM step_attempt)
    SELECT coalesce(sum(s), 0), coalesce(sum(s) FILTER (WHERE outcome IN ('handed_back', 'left')), 0),
           coalesce(sum(s) FILTER (WHERE outcome NOT IN ('succeeded', 'handed_back', 'left')), 0),
           count(*), count(*) FILTER (WHERE outcome IN ('handed_back', 'left')),
           count(*) FILTER (WHERE outcome NOT IN ('succeeded', 'handed_back', 'left'))
      FROM a)")[0];
  return {.total_s = std::stod(row[0]),
          .drained_s = std::stod(row[1]),
          .killed_s = std::stod(row[2]),
          .attempts = std::stoul(row[3]),
          .handed_back = std::stoul(row[4]),
          .crashed = std::stoul(row[5])};
}

std::vector<std::string> repeated_after_drain(const std::vector<chaos::Run>& runs, const std::vector<std::string>& crashed) {
  std::vector<std::string> found;
  for (const auto& [step, its] : applied(runs)) {
    for (std::size_t i = 0; i + 1 < its.size(); ++i) {
      if (std::ranges::find(crashed, its[i].process) != crashed.end()) continue;
      found.push_back(fmt::format("task {} step {}: {} applied its effect and was not killed, {} applied it again", step.first, step.second,
                                  its[i].process, its[i + 1].process));
    }
  }
  return found;
}

std::size_t redone_after_kill(const std::vector<chaos::Run>& runs) {
  std::size_t redone = 0;
  for (const auto& [step, its] : applied(runs)) redone += its.size() - 1;
  return redone;
}

}  // namespace argosy::drain
