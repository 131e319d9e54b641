#include "tests/chaos/matrix/ledger/store_view.h"

#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/tasks/payloads.h"

namespace argosy::chaos {
namespace {

std::int64_t number(const std::string& text) { return text::to_int(text).value_or(0); }

void read_tasks(testing::SqlSession& sql, Evidence& evidence) {
  const auto rows = sql.query(
      "SELECT t.task_id, t.state, t.settled_at IS NOT NULL, t.last_seq, s.context::json ->> 'prompt', "
      "       (SELECT count(DISTINCT r.redrive_id) FROM redrive r WHERE r.task_id = t.task_id), "
      "       (SELECT count(*) FROM plan_edit e WHERE e.task_id = t.task_id) "
      "  FROM task t JOIN task_spec s USING (task_id)");
  for (const auto& row : rows) {
    evidence.tasks[row[0]] = {.order = order_from(row[4]),
                              .state = row[1],
                              .settled = row[2] == "t",
                              .last_seq = number(row[3]),
                              .redrives = static_cast<int>(number(row[5])),
                              .plan_edits = static_cast<int>(number(row[6]))};
  }
}

void read_steps(testing::SqlSession& sql, Evidence& evidence) {
  for (const auto& row : sql.query("SELECT task_id, ordinal, state, lease_epoch, output FROM step")) {
    StoredStep step{.state = row[2], .epoch = number(row[3]), .output = row[4]};
    const auto output = json::parse(row[4]).value_or(json::Value());
    if (const auto plan = tasks::plan_output_from(row[4]); plan && plan->plan) {
      // An edit writes such an output anew: the toy says who it is in the plan's own words.
      step.process = plan->base_commit;
      step.made_under = number(plan->target_branch);
    } else if (output.is_object()) {
      step.process = output.string_or("process", "");
      step.made_under = output.int_or("epoch", 0);
    }
    evidence.tasks[row[0]].steps[static_cast<std::int16_t>(number(row[1]))] = std::move(step);
  }
}

}  // namespace

void read_store(testing::SqlSession& sql, Evidence& evidence) {
  read_tasks(sql, evidence);
  read_steps(sql, evidence);
  for (const auto& row : sql.query("SELECT task_id, ordinal, lease_epoch FROM step_attempt"))
    evidence.ended_leases.insert({row[0], static_cast<std::int16_t>(number(row[1])), number(row[2])});
}

std::string story_of(testing::SqlSession& sql, const std::string& task) {
  std::string story = fmt::format("task {}\n", task);
  for (const auto* query :
       {"SELECT 'task', t.* FROM task t WHERE task_id = '{}'", "SELECT 'step', s.* FROM step s WHERE task_id = '{}' ORDER BY ordinal",
        "SELECT 'attempt', a.* FROM step_attempt a WHERE task_id = '{}' ORDER BY started_at",
        "SELECT 'event', e.* FROM event e WHERE task_id = '{}' ORDER BY first_seq"}) {
    for (const auto& row : sql.query(fmt::format(fmt::runtime(query), task))) story += text::join(row, " | ") + "\n";
  }
  return story;
}

}  // namespace argosy::chaos
