-- One row with NULLs where the task has none; no row where the organisation has no such task.
SELECT r.ordinal, r.attempt, s.state = 'superseded', r.framework, r.command, r.passed, r.failed, r.errors, r.skipped, r.flaky, r.duration_ms,
       r.cases,
       (SELECT count(*) FROM test_case c WHERE c.task_id = r.task_id AND c.ordinal = r.ordinal AND c.attempt = r.attempt)
  FROM task t
  LEFT JOIN LATERAL test_runs(t.task_id) r ON true
  LEFT JOIN step s ON s.task_id = r.task_id AND s.ordinal = r.ordinal
 WHERE t.task_id = $2::uuid AND t.org_id = $1::uuid
 ORDER BY r.ordinal
