-- Results of a task's tests as rows, beside the report that is an artifact. They are written while the step still runs, under its lease, on
-- the slot's own thread: a finish knows nothing of them, and a step without tests pays nothing. Read are only those of attempts that a
-- finish has closed, so that what a lost lease wrote is never seen.

CREATE TABLE test_run (
  task_id     uuid NOT NULL,
  ordinal     smallint NOT NULL,
  attempt     smallint NOT NULL,
  lease_epoch bigint NOT NULL,
  framework   text NOT NULL,
  command     text NOT NULL,
  passed      integer NOT NULL,
  failed      integer NOT NULL,
  errors      integer NOT NULL,
  skipped     integer NOT NULL,
  flaky       integer NOT NULL,
  duration_ms bigint NOT NULL,
  cases       integer NOT NULL,  -- that the run had; what failed is among the rows of test_case first
  PRIMARY KEY (task_id, ordinal, attempt)
);

CREATE TABLE test_case (
  task_id       uuid NOT NULL,
  ordinal       smallint NOT NULL,
  attempt       smallint NOT NULL,
  n             integer NOT NULL,
  outcome       text NOT NULL CHECK (outcome IN ('passed', 'failed', 'errored', 'skipped')),
  flaky         boolean NOT NULL,
  failed_before boolean NOT NULL,
  line          integer NOT NULL,  -- 0: not known
  duration_ms   bigint NOT NULL,
  suite         text NOT NULL,
  name          text NOT NULL,
  classname     text NOT NULL,
  file          text NOT NULL,
  message       text NOT NULL,
  PRIMARY KEY (task_id, ordinal, attempt, n)
);
INSERT INTO task_table (name) VALUES ('test_run'), ('test_case');

-- False when the lease does not hold: nothing is written. Repeated, it begins the attempt's results anew.
CREATE FUNCTION put_test_run_v1(
  p_task uuid, p_ordinal smallint, p_attempt smallint, p_epoch bigint, p_framework text, p_command text, p_passed integer, p_failed integer,
  p_errors integer, p_skipped integer, p_flaky integer, p_duration_ms bigint, p_cases integer)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'running' AND s.lease_epoch = p_epoch;
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM test_case c WHERE c.task_id = p_task AND c.ordinal = p_ordinal AND c.attempt = p_attempt;
  INSERT INTO test_run AS r (task_id, ordinal, attempt, lease_epoch, framework, command, passed, failed, errors, skipped, flaky, duration_ms, cases)
  VALUES (p_task, p_ordinal, p_attempt, p_epoch, p_framework, p_command, p_passed, p_failed, p_errors, p_skipped, p_flaky, p_duration_ms, p_cases)
      ON CONFLICT (task_id, ordinal, attempt) DO UPDATE
     SET lease_epoch = excluded.lease_epoch, framework = excluded.framework, command = excluded.command, passed = excluded.passed,
         failed = excluded.failed, errors = excluded.errors, skipped = excluded.skipped, flaky = excluded.flaky,
         duration_ms = excluded.duration_ms, cases = excluded.cases;
  RETURN true;
END $$;

-- The next of its cases, from p_first on; false as above. May be repeated.
CREATE FUNCTION put_test_cases_v1(
  p_task uuid, p_ordinal smallint, p_attempt smallint, p_epoch bigint, p_first integer, p_flaky boolean[], p_failed_before boolean[],
  p_line integer[], p_duration_ms bigint[], p_outcome text[], p_suite text[], p_name text[], p_classname text[], p_file text[], p_message text[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'running' AND s.lease_epoch = p_epoch;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO test_case (task_id, ordinal, attempt, n, outcome, flaky, failed_before, line, duration_ms, suite, name, classname, file, message)
  SELECT p_task, p_ordinal, p_attempt, p_first + x.place::integer - 1, x.outcome, x.flaky, x.failed_before, x.line, x.duration_ms, x.suite,
         x.name, x.classname, x.file, x.message
    FROM unnest(p_flaky, p_failed_before, p_line, p_duration_ms, p_outcome, p_suite, p_name, p_classname, p_file, p_message)
         WITH ORDINALITY x(flaky, failed_before, line, duration_ms, outcome, suite, name, classname, file, message, place)
      ON CONFLICT (task_id, ordinal, attempt, n) DO NOTHING;
  RETURN true;
END $$;

-- The newest run of each step that a finish has closed.
CREATE FUNCTION test_runs(p_task uuid) RETURNS SETOF test_run STABLE LANGUAGE sql AS $$
  SELECT DISTINCT ON (r.ordinal) r.*
    FROM test_run r
   WHERE r.task_id = p_task
     AND EXISTS (SELECT FROM step_attempt a
                  WHERE a.task_id = r.task_id AND a.ordinal = r.ordinal AND a.lease_epoch = r.lease_epoch
                    AND a.outcome IN ('succeeded', 'failed', 'retry', 'asked'))
   ORDER BY r.ordinal, r.attempt DESC
$$;
