-- The hot path again, measured (tests/bench). First its rows: a step that simply succeeded has its output in its own row, and, with owner,
-- claimed_at and succeeded_at, the history of that attempt, so that a finish writes no rows for them. The moves follow (0018 to 0021), as few
-- flat statements, whose inner loops are index probes.

-- Every statement that writes a row compiles all its table's checks anew, and a trigger's condition too: they cost a quarter of the engine's
-- time. What two rules cannot say is guarded by the moves, and every change of a row is checked in the tests (tests/support/guards.sql).
-- Who ran it stays in the row of a step that succeeded.
DROP TRIGGER step_moves ON step;
DROP TRIGGER task_moves ON task;
DROP FUNCTION refuse_move();
ALTER TABLE step
  DROP CONSTRAINT step_ordinal_check, DROP CONSTRAINT step_queue_check, DROP CONSTRAINT step_lane_check,
  DROP CONSTRAINT step_deps_left_check, DROP CONSTRAINT step_attempts_check, DROP CONSTRAINT step_crashes_check,
  DROP CONSTRAINT step_handbacks_check, DROP CONSTRAINT step_announces_check, DROP CONSTRAINT step_time_limit_ms_check,
  DROP CONSTRAINT step_owned_while_running, DROP CONSTRAINT step_runs_without_dependencies, DROP CONSTRAINT step_due_while_waiting,
  DROP CONSTRAINT step_deadline_while_running, DROP CONSTRAINT step_of_the_end_has_no_dependencies,
  ADD CONSTRAINT step_runs_owned_and_without_dependencies
    CHECK (state <> 'running' OR owner IS NOT NULL AND claim_id IS NOT NULL AND deps_left = 0);
ALTER TABLE task
  DROP CONSTRAINT task_last_seq_check, DROP CONSTRAINT task_lane_check, DROP CONSTRAINT task_known_steps_check,
  DROP CONSTRAINT task_check, DROP CONSTRAINT task_end_steps_check, DROP CONSTRAINT task_progress_check,
  DROP CONSTRAINT task_finished_when_terminal, DROP CONSTRAINT task_succeeds_with_nothing_open, DROP CONSTRAINT task_settled_when_all_closed,
  ADD CONSTRAINT task_ends_with_nothing_open
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL) AND open_steps >= 0
           AND (state <> 'succeeded' OR open_steps = 0));
ALTER TABLE event DROP CONSTRAINT event_first_seq_check, DROP CONSTRAINT event_count_check, DROP CONSTRAINT event_arrays_have_its_count;

ALTER TABLE step
  -- Attempts go on counting, because they name logs; a new budget begins behind those that are forgiven (a redrive, an answer).
  ADD COLUMN forgiven smallint NOT NULL DEFAULT 0,
  ADD COLUMN succeeded_at timestamptz,
  ADD COLUMN output text,  -- JSON; written once, by the finish, and moved out of the row when it is large
  SET (fillfactor = 50);
UPDATE step s SET output = o.output FROM step_output o WHERE o.task_id = s.task_id AND o.ordinal = s.ordinal;
UPDATE step s SET succeeded_at = a.finished_at, owner = a.worker_id FROM attempt a
 WHERE a.task_id = s.task_id AND a.ordinal = s.ordinal AND a.lease_epoch = s.lease_epoch AND a.outcome = 'succeeded';
DELETE FROM attempt WHERE outcome = 'succeeded';
DROP TABLE step_output;

-- Every lease of every step that is over, also the plain successes.
CREATE VIEW step_attempt AS
  SELECT task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint, details
    FROM attempt
   UNION ALL
  SELECT task_id, ordinal, lease_epoch, attempts, owner, claimed_at, succeeded_at, 'succeeded', NULL, NULL, NULL, NULL, NULL
    FROM step WHERE succeeded_at IS NOT NULL;
