SELECT c.ordinal, c.attempt, c.n, c.outcome, c.flaky, c.failed_before, c.line, c.duration_ms, c.suite, c.name, c.classname, c.file, c.message
  FROM test_runs($1::uuid) r
  JOIN test_case c ON c.task_id = r.task_id AND c.ordinal = r.ordinal AND c.attempt = r.attempt
 WHERE (c.ordinal, c.n) > ($2::smallint, $3::integer) AND ($4::text = '' OR c.outcome = $4::text)
 ORDER BY c.ordinal, c.n LIMIT $5::integer
