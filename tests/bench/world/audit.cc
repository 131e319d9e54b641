#include "tests/bench/world/audit.h"

#include <fmt/format.h>

namespace argosy::bench {
namespace {

// Each counts what must not be; `mine` are the tasks of the run.
struct Check {
  const char* promise;
  const char* count_of_broken;
};

constexpr Check kChecks[] = {
    {"every task succeeded and is over", "SELECT count(*) FROM mine WHERE state <> 'succeeded' OR settled_at IS NULL OR open_steps <> 0"},
    {"every step succeeded", "SELECT count(*) FROM mine JOIN step USING (task_id) WHERE step.state <> 'succeeded'"},
    // The events are written by the finish itself: a second one of a step would leave a second event, a lost one none.
    {"every step finished exactly once",
     R"(SELECT count(*) FROM (
          SELECT s.task_id, s.ordinal, count(f.task_id) AS finishes
            FROM mine JOIN step s USING (task_id)
            LEFT JOIN (SELECT e.task_id, (x.data::json ->> 'step')::smallint AS ordinal
                         FROM mine JOIN event e USING (task_id) CROSS JOIN LATERAL unnest(e.types, e.data) x(type, data)
                        WHERE x.type = 'step_state' AND x.data::json ->> 'state' = 'succeeded') f
              ON f.task_id = s.task_id AND f.ordinal = s.ordinal
           GROUP BY s.task_id, s.ordinal) c WHERE c.finishes <> 1)"},
    {"every task ended exactly once",
     R"(SELECT count(*) FROM (
          SELECT m.task_id, count(f.task_id) AS ends
            FROM mine m
            LEFT JOIN (SELECT e.task_id FROM mine JOIN event e USING (task_id) CROSS JOIN LATERAL unnest(e.types, e.data) x(type, data)
                        WHERE x.type = 'task_state' AND x.data::json ->> 'status' IN ('succeeded', 'failed', 'cancelled')) f USING (task_id)
           GROUP BY m.task_id) c WHERE c.ends <> 1)"},
    {"every event's seq is there once, from 1 to the task's last",
     R"(SELECT count(*) FROM (
          SELECT m.task_id, m.last_seq, coalesce(sum(e.count), 0) AS events, coalesce(max(e.first_seq + e.count - 1), 0) AS highest,
                 coalesce(bool_or(e.first_seq <> e.expected), true) AS torn
            FROM mine m
            LEFT JOIN (SELECT e.task_id, e.first_seq, e.count,
                              1 + coalesce(sum(e.count) OVER (PARTITION BY e.task_id ORDER BY e.first_seq
                                                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS expected
                         FROM mine JOIN event e USING (task_id)) e USING (task_id)
           GROUP BY m.task_id, m.last_seq) c WHERE c.torn OR c.events <> c.last_seq OR c.highest <> c.last_seq)"},
    {"every step ended after all that it depends on",
     R"(WITH ends AS (
          SELECT e.task_id, (x.data::json ->> 'step')::smallint AS ordinal, e.first_seq + x.place AS seq
            FROM mine JOIN event e USING (task_id) CROSS JOIN LATERAL unnest(e.types, e.data) WITH ORDINALITY x(type, data, place)
           WHERE x.type = 'step_state' AND x.data::json ->> 'state' = 'succeeded')
        SELECT count(*) FROM mine JOIN step_spec d USING (task_id) CROSS JOIN LATERAL unnest(d.depends_on) p(ordinal)
          JOIN ends earlier ON earlier.task_id = d.task_id AND earlier.ordinal = p.ordinal
          JOIN ends later ON later.task_id = d.task_id AND later.ordinal = d.ordinal
         WHERE later.seq <= earlier.seq)"},
    {"every result has its size", "SELECT count(*) FROM mine JOIN step s USING (task_id) WHERE coalesce(length(s.output), 0) <> 200"},
};

}  // namespace

std::vector<std::string> audit(testing::SqlSession& sql, const Expected& expected) {
  sql.query(fmt::format("DROP TABLE IF EXISTS mine; CREATE TEMP TABLE mine AS SELECT * FROM task WHERE created_at >= '{}'; ANALYZE mine",
                        expected.since));
  std::vector<std::string> broken;
  const auto is = [&](std::string_view what, const char* query, std::size_t wanted) {
    const auto found = sql.value(query);
    if (found != fmt::to_string(wanted)) broken.push_back(fmt::format("there are {} {}, not {}", found, what, wanted));
  };
  is("tasks", "SELECT count(*) FROM mine", expected.tasks);
  is("steps", "SELECT count(*) FROM mine JOIN step USING (task_id)", expected.steps);
  for (const auto& check : kChecks) {
    const auto found = sql.value(check.count_of_broken);
    if (found != "0") broken.push_back(fmt::format("{}: {} did not", check.promise, found));
  }
  return broken;
}

}  // namespace argosy::bench
