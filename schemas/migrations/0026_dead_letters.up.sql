-- Dead letters: steps that have failed for good, kept with their reason until an operator gives them another life or retention takes them.

-- One row a failed step. settle_v2 makes it, through which every step passes that fails; reopen_task and revive_end_steps remove it, through
-- which every one passes that lives again. An index on the step's state, or a trigger, whose condition is compiled by every statement that
-- writes, would cost every claim and every finish. The databases of the tests check that no move forgets one (tests/support/guards.sql).
CREATE TABLE dead_letter (
  task_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  org_id  uuid NOT NULL,
  queue   smallint NOT NULL,
  died_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, ordinal)
);
CREATE INDEX dead_letter_of_org ON dead_letter (org_id, died_at, task_id, ordinal);

INSERT INTO dead_letter (task_id, ordinal, org_id, queue, died_at)
SELECT s.task_id, s.ordinal, s.org_id, s.queue, coalesce(t.finished_at, clock_timestamp())
  FROM step s JOIN task t ON t.task_id = s.task_id WHERE s.state = 'failed';

-- Who gave which dead letter another life. A redrive whose answer was lost is repeated under its id and told the same.
CREATE TABLE redrive (
  redrive_id uuid NOT NULL,
  task_id    uuid NOT NULL,
  ordinal    smallint NOT NULL,
  org_id     uuid NOT NULL,
  redriven_by text NOT NULL,
  redriven_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, ordinal, redrive_id)
);
CREATE INDEX redrive_by_id ON redrive (redrive_id);

-- Steps of failed tasks that failed, and those that were cancelled because of it: the former are ready, the latter wait for their
-- predecessors again. Their counters are made anew: nothing was counted down while the task was over.
CREATE FUNCTION revive_steps(p_tasks uuid[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[];
BEGIN
  UPDATE step s
     SET state = 'blocked', forgiven = s.attempts, crashes = least(s.crashes, 2), handbacks = 0, announces = 0, announced_at = NULL,
         deps_left = (SELECT count(*) FROM step_spec d CROSS JOIN LATERAL unnest(d.depends_on) o(ordinal)
                        JOIN step p ON p.task_id = d.task_id AND p.ordinal = o.ordinal AND p.state <> 'succeeded'
                       WHERE d.task_id = s.task_id AND d.ordinal = s.ordinal)
   WHERE s.task_id = ANY (p_tasks) AND s.state = 'cancelled' AND NOT s.on_task_end;
  -- A step that crashed its process stays a suspect.
  UPDATE step s
     SET state = 'ready', forgiven = s.attempts, crashes = least(s.crashes, 2), handbacks = 0, announces = 0,
         announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
   WHERE s.task_id = ANY (p_tasks) AND NOT s.on_task_end AND (s.state = 'failed' OR s.state = 'blocked' AND s.deps_left = 0);
  SELECT array_agg((s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.state = 'ready' AND NOT s.held, false, false, '{}',
                    s.ordinal)::step_move)
    INTO v_moved FROM step s WHERE s.task_id = ANY (p_tasks) AND s.state IN ('blocked', 'ready') AND NOT s.on_task_end;
  RETURN v_moved;
END $$;

-- What hangs on the end of a task is done again, and nothing else: the task stays as it ended.
CREATE FUNCTION revive_end_steps(p_task uuid[], p_ordinal smallint[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[];
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = 'ready', forgiven = s.attempts, crashes = least(s.crashes, 2), handbacks = 0, announces = 0,
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM unnest(p_task, p_ordinal) w(task_id, ordinal)
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'failed'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, true, '{}', m.ordinal)::step_move)
    INTO v_moved FROM moved m;
  DELETE FROM dead_letter d USING unnest(v_moved) m WHERE d.task_id = m.task_id AND d.ordinal = m.ordinal;
  UPDATE task t SET end_steps = t.end_steps + n.count, settled_at = NULL
    FROM (SELECT m.task_id, count(*) FROM unnest(v_moved) m GROUP BY m.task_id) n WHERE t.task_id = n.task_id;
  RETURN QUERY SELECT * FROM settle_v1(v_moved, '{}', '{}', '{}', '{}', p_now);
END $$;

-- Another life for dead letters. A task with a dead step could only fail again, so all dead steps of a task come back together.
--
-- Answers, one for each dead letter that lives again: what 1, task_id, ordinal. What is not answered was none (any more).
CREATE FUNCTION redrive_v1(p_redrive uuid, p_org uuid, p_by text, p_task uuid[], p_ordinal smallint[]) RETURNS SETOF news
LANGUAGE plpgsql AS $$
DECLARE
  v_now  timestamptz;
  v_dead step[];   -- those asked for
  v_open uuid[];   -- their tasks, as far as they are to run again
  v_task uuid[];   -- of steps that hang on the end of a task that stays as it is
  v_ordinal smallint[];
  v_news news[];
BEGIN
  PERFORM 1 FROM task t WHERE t.task_id = ANY (p_task) AND t.org_id = p_org ORDER BY t.task_id FOR UPDATE;
  v_now := clock_timestamp();
  IF NOT EXISTS (SELECT FROM redrive r WHERE r.redrive_id = p_redrive) THEN
    v_dead := ARRAY(SELECT s FROM unnest(p_task, p_ordinal) w(task_id, ordinal)
                      JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
                     WHERE s.org_id = p_org AND s.state = 'failed');
    v_open := ARRAY(SELECT DISTINCT d.task_id FROM unnest(v_dead) d WHERE NOT d.on_task_end);
    SELECT array_agg(d.task_id), array_agg(d.ordinal) INTO v_task, v_ordinal
      FROM unnest(v_dead) d WHERE d.on_task_end AND d.task_id <> ALL (v_open);
    INSERT INTO redrive (redrive_id, task_id, ordinal, org_id, redriven_by, redriven_at)
    SELECT p_redrive, s.task_id, s.ordinal, p_org, p_by, v_now FROM step s
     WHERE s.task_id = ANY (v_open) AND s.state = 'failed' AND NOT s.on_task_end
     UNION SELECT p_redrive, w.task_id, w.ordinal, p_org, p_by, v_now FROM unnest(v_task, v_ordinal) w(task_id, ordinal);
    IF v_open <> '{}' THEN
      v_news := ARRAY(SELECT told FROM reopen_task(v_open, revive_steps(v_open, v_now), p_by, v_now) told);
    END IF;
    IF v_task IS NOT NULL THEN
      v_news := v_news || ARRAY(SELECT told FROM revive_end_steps(v_task, v_ordinal, v_now) told);
    END IF;
  ELSE
    -- A hint too many costs one index probe.
    v_news := ARRAY(SELECT (2, s.task_id, s.ordinal, NULL, s.queue, s.lane, NULL, NULL, NULL, t.traceparent)::news
                      FROM step s JOIN task_spec t ON t.task_id = s.task_id
                     WHERE s.task_id IN (SELECT r.task_id FROM redrive r WHERE r.redrive_id = p_redrive)
                       AND s.state = 'ready' AND s.announced_at IS NOT NULL);
  END IF;
  RETURN QUERY
    SELECT 1::smallint, r.task_id, r.ordinal, 0::bigint, NULL::smallint, NULL::smallint, NULL::timestamptz, NULL::text, NULL::text,
      NULL::text
      FROM redrive r WHERE r.redrive_id = p_redrive;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;
