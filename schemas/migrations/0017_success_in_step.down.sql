DROP VIEW step_attempt;
CREATE TABLE step_output (
  task_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  output  text NOT NULL,
  PRIMARY KEY (task_id, ordinal)
);
INSERT INTO step_output (task_id, ordinal, output) SELECT task_id, ordinal, output FROM step WHERE output IS NOT NULL;
-- Which events a success was told with is not known any more: none, so that a finish that is repeated tells none again.
INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, first_seq, last_seq)
SELECT task_id, ordinal, lease_epoch, attempts, owner, claimed_at, succeeded_at, 'succeeded', 0, 0 FROM step WHERE succeeded_at IS NOT NULL;

ALTER TABLE step
  DROP CONSTRAINT step_runs_owned_and_without_dependencies,
  DROP COLUMN output, DROP COLUMN succeeded_at, DROP COLUMN forgiven,
  SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
UPDATE step SET owner = NULL, claim_id = NULL WHERE state <> 'running' AND (owner IS NOT NULL OR claim_id IS NOT NULL);
ALTER TABLE step
  ADD CONSTRAINT step_time_limit_ms_check CHECK (time_limit_ms > 0),
  ADD CONSTRAINT step_ordinal_check CHECK (ordinal >= 0),
  ADD CONSTRAINT step_queue_check CHECK (queue BETWEEN 1 AND 5),
  ADD CONSTRAINT step_lane_check CHECK (lane BETWEEN 0 AND 2),
  ADD CONSTRAINT step_deps_left_check CHECK (deps_left >= 0),
  ADD CONSTRAINT step_attempts_check CHECK (attempts >= 0),
  ADD CONSTRAINT step_crashes_check CHECK (crashes >= 0),
  ADD CONSTRAINT step_handbacks_check CHECK (handbacks >= 0),
  ADD CONSTRAINT step_announces_check CHECK (announces >= 0),
  ADD CONSTRAINT step_owned_while_running CHECK ((state = 'running') = (owner IS NOT NULL) AND (owner IS NULL) = (claim_id IS NULL)),
  ADD CONSTRAINT step_runs_without_dependencies CHECK (deps_left = 0 OR state IN ('blocked', 'cancelled')),
  ADD CONSTRAINT step_due_while_waiting CHECK (due_at IS NULL OR state = 'waiting'),
  ADD CONSTRAINT step_deadline_while_running CHECK (deadline_at IS NULL OR state = 'running'),
  ADD CONSTRAINT step_of_the_end_has_no_dependencies CHECK (NOT on_task_end OR deps_left = 0);
ALTER TABLE task
  DROP CONSTRAINT task_ends_with_nothing_open,
  ADD CONSTRAINT task_last_seq_check CHECK (last_seq >= 0),
  ADD CONSTRAINT task_lane_check CHECK (lane BETWEEN 0 AND 2),
  ADD CONSTRAINT task_known_steps_check CHECK (known_steps > 0),
  ADD CONSTRAINT task_check CHECK (open_steps BETWEEN 0 AND known_steps),
  ADD CONSTRAINT task_end_steps_check CHECK (end_steps >= 0),
  ADD CONSTRAINT task_progress_check CHECK (progress BETWEEN 0 AND 100),
  ADD CONSTRAINT task_finished_when_terminal CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  ADD CONSTRAINT task_succeeds_with_nothing_open CHECK (state <> 'succeeded' OR open_steps = 0),
  ADD CONSTRAINT task_settled_when_all_closed
    CHECK ((settled_at IS NOT NULL) = (finished_at IS NOT NULL AND open_steps = 0 AND end_steps = 0));
ALTER TABLE event
  ADD CONSTRAINT event_first_seq_check CHECK (first_seq > 0),
  ADD CONSTRAINT event_count_check CHECK (count > 0),
  ADD CONSTRAINT event_arrays_have_its_count CHECK (cardinality(types) = count AND cardinality(data) = count);

-- Reached by an illegal move only: the triggers below ask first, without a call.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'illegal move of a % from % to %', tg_table_name, old.state, new.state USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER task_moves AFTER UPDATE OF state ON task FOR EACH ROW
  WHEN (old.state <> new.state AND NOT task_may_move(old.state, new.state)) EXECUTE FUNCTION refuse_move();
CREATE TRIGGER step_moves AFTER UPDATE OF state ON step FOR EACH ROW
  WHEN (old.state <> new.state AND NOT step_may_move(old.state, new.state)) EXECUTE FUNCTION refuse_move();
