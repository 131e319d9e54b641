#include "tests/support/row_promises.h"

#include <fmt/format.h>

namespace argosy::testing {
namespace {

// Each selects the tasks that break it; `mine` are the tasks in question.
struct Promise {
  const char* promise;
  bool repeated;
  const char* broken;
};

// The events are written by the finish itself: a second one of a step would leave a second event, a lost one none.
constexpr Promise kPromises[] = {
    {"every task succeeded and is over", false,
     "SELECT task_id FROM mine WHERE state <> 'succeeded' OR settled_at IS NULL OR open_steps <> 0 OR end_steps <> 0"},
    {"every step succeeded or was replaced", false, "SELECT DISTINCT task_id FROM standing WHERE state <> 'succeeded'"},
    {"every step that stands has finished", false,
     "SELECT DISTINCT task_id FROM standing s WHERE NOT EXISTS (SELECT FROM finishes f WHERE f.task_id = s.task_id AND f.ordinal = "
     "s.ordinal)"},
    {"no step finished twice", true, "SELECT task_id FROM finishes GROUP BY task_id, ordinal HAVING count(*) > 1"},
    {"every task's success was told", false, "SELECT task_id FROM mine WHERE task_id NOT IN (SELECT task_id FROM ends)"},
    {"no task's success was told twice", true, "SELECT task_id FROM ends GROUP BY task_id HAVING count(*) > 1"},
    {"every event's seq is there, from 1 to the task's last", false,
     "SELECT m.task_id FROM mine m LEFT JOIN numbered e USING (task_id) GROUP BY m.task_id, m.last_seq "
     "HAVING coalesce(sum(e.count), 0) < m.last_seq OR coalesce(max(e.first_seq + e.count - 1), 0) < m.last_seq "
     "    OR bool_or(e.first_seq > e.expected)"},
    {"no event's seq is there twice, none beyond the task's last", true,
     "SELECT m.task_id FROM mine m JOIN numbered e USING (task_id) GROUP BY m.task_id, m.last_seq "
     "HAVING sum(e.count) > m.last_seq OR max(e.first_seq + e.count - 1) > m.last_seq OR bool_or(e.first_seq < e.expected)"},
    {"every step ended after all that it depends on", true,
     R"(SELECT DISTINCT later.task_id
          FROM mine JOIN step_spec d USING (task_id) CROSS JOIN LATERAL unnest(d.depends_on) p(ordinal)
          JOIN finishes earlier ON earlier.task_id = d.task_id AND earlier.ordinal = p.ordinal
          JOIN finishes later ON later.task_id = d.task_id AND later.ordinal = d.ordinal
         WHERE later.seq <= earlier.seq)"},
};

constexpr auto kTables = R"(
  DROP TABLE IF EXISTS mine, standing, told, finishes, ends, numbered;
  CREATE TEMP TABLE mine AS SELECT * FROM task WHERE created_at >= '{}';
  ANALYZE mine;
  -- Without those whose place another has taken: undone ones, and what hung on an end that the task was brought back from.
  CREATE TEMP TABLE standing AS
    SELECT s.* FROM mine JOIN step s USING (task_id)
     WHERE s.state <> 'superseded'
       AND NOT (s.state = 'cancelled' AND s.on_task_end AND EXISTS (
         SELECT FROM step r WHERE r.task_id = s.task_id AND r.on_task_end AND r.ordinal > s.ordinal));
  CREATE TEMP TABLE told AS
    SELECT e.task_id, e.first_seq + x.place - 1 AS seq, x.type, x.data::json AS data
      FROM mine JOIN event e USING (task_id) CROSS JOIN LATERAL unnest(e.types, e.data) WITH ORDINALITY x(type, data, place)
     WHERE x.type IN ('step_state', 'task_state');
  CREATE TEMP TABLE finishes AS
    SELECT task_id, (data ->> 'step')::smallint AS ordinal, seq FROM told WHERE type = 'step_state' AND data ->> 'state' = 'succeeded';
  CREATE TEMP TABLE ends AS SELECT task_id FROM told WHERE type = 'task_state' AND data ->> 'status' = 'succeeded';
  CREATE TEMP TABLE numbered AS
    SELECT e.task_id, e.first_seq, e.count,
           1 + coalesce(sum(e.count) OVER (PARTITION BY e.task_id ORDER BY e.first_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
             AS expected
      FROM mine JOIN event e USING (task_id);
  CREATE INDEX ON finishes (task_id, ordinal);
  ANALYZE finishes, ends, numbered)";

}  // namespace

std::vector<Broken> broken_promises(SqlSession& sql, const std::string& since) {
  sql.query(fmt::format(fmt::runtime(kTables), since));
  std::vector<Broken> broken;
  for (const auto& promise : kPromises) {
    Broken one{.promise = promise.promise, .repeated = promise.repeated};
    for (const auto& row : sql.query(promise.broken)) one.tasks.push_back(row[0]);
    if (!one.tasks.empty()) broken.push_back(std::move(one));
  }
  return broken;
}

}  // namespace argosy::testing
