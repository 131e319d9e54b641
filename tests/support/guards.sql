-- What must hold of every row at every change, checked in the databases of the tests. Production leaves it out: each of these would be
-- compiled anew by every statement of the hot path (tests/bench/README.md). A move that breaks one of them fails here, in every test that
-- makes it.
CREATE OR REPLACE FUNCTION guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND old.state <> new.state AND NOT step_may_move(old.state, new.state) THEN
    RAISE EXCEPTION 'illegal move of a step from % to %', old.state, new.state USING ERRCODE = 'check_violation';
  END IF;
  -- Tests that play a failover, which forgot a claim, set it to 0.
  IF tg_op = 'UPDATE' AND new.lease_epoch < old.lease_epoch AND new.lease_epoch <> 0 THEN
    RAISE EXCEPTION 'the epoch of a step returned' USING ERRCODE = 'check_violation';
  END IF;
  IF new.ordinal < 0 OR new.queue NOT BETWEEN 1 AND 5 OR new.lane NOT BETWEEN 0 AND 2 OR new.deps_left < 0 OR new.attempts < 0
     OR new.crashes < 0 OR new.handbacks < 0 OR new.announces < 0 OR new.time_limit_ms <= 0 OR new.forgiven < 0
     OR new.deps_left > 0 AND new.state NOT IN ('blocked', 'cancelled')
     OR new.due_at IS NOT NULL AND new.state <> 'waiting'
     OR new.deadline_at IS NOT NULL AND new.state <> 'running'
     OR new.on_task_end AND new.deps_left > 0
     OR (new.succeeded_at IS NOT NULL) <> (new.state = 'succeeded') AND new.state <> 'superseded' THEN
    RAISE EXCEPTION 'a step contradicts itself: %', new USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard AFTER INSERT OR UPDATE ON step FOR EACH ROW EXECUTE FUNCTION guard_step();

CREATE OR REPLACE FUNCTION guard_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' AND old.state <> new.state AND NOT task_may_move(old.state, new.state) THEN
    RAISE EXCEPTION 'illegal move of a task from % to %', old.state, new.state USING ERRCODE = 'check_violation';
  END IF;
  IF tg_op = 'UPDATE' AND new.last_seq < old.last_seq THEN
    RAISE EXCEPTION 'the seq of a task returned' USING ERRCODE = 'check_violation';
  END IF;
  IF new.last_seq < 0 OR new.lane NOT BETWEEN 0 AND 2 OR new.known_steps < 1 OR new.open_steps NOT BETWEEN 0 AND new.known_steps
     OR new.end_steps < 0 OR new.progress NOT BETWEEN 0 AND 100
     OR (new.settled_at IS NOT NULL) <> (new.finished_at IS NOT NULL AND new.open_steps = 0 AND new.end_steps = 0) THEN
    RAISE EXCEPTION 'a task contradicts itself: %', new USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard AFTER INSERT OR UPDATE ON task FOR EACH ROW EXECUTE FUNCTION guard_task();

CREATE OR REPLACE FUNCTION guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.first_seq < 1 OR new.count < 1 OR cardinality(new.types) <> new.count OR cardinality(new.data) <> new.count THEN
    RAISE EXCEPTION 'an event row contradicts itself: %', new USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER guard AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION guard_event();

-- At the end of the transaction: a step that failed is a dead letter, and no other is.
CREATE OR REPLACE FUNCTION guard_dead_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM step s WHERE s.task_id = new.task_id AND s.ordinal = new.ordinal
                AND (s.state = 'failed') <> EXISTS (SELECT FROM dead_letter d WHERE d.task_id = s.task_id AND d.ordinal = s.ordinal)) THEN
    RAISE EXCEPTION 'step % of task % and the dead letters disagree', new.ordinal, new.task_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_dead_letters ON step;
CREATE CONSTRAINT TRIGGER guard_dead_letters AFTER UPDATE ON step DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (old.state <> new.state AND (old.state = 'failed' OR new.state = 'failed')) EXECUTE FUNCTION guard_dead_letter();
