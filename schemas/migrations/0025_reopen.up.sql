-- reopen: the way back from a task's end. Two moves need it, a redrive of dead letters and a rollback; both change steps, and then call
-- reopen_task, which does for the task what is the same for both.

CREATE OR REPLACE FUNCTION step_may_move(p_from step_state, p_to step_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_from
    WHEN 'blocked'   THEN p_to IN ('ready', 'cancelled')
    WHEN 'ready'     THEN p_to IN ('running', 'waiting', 'cancelled')
    WHEN 'running'   THEN p_to IN ('succeeded', 'ready', 'waiting', 'failed', 'cancelled')
    WHEN 'waiting'   THEN p_to IN ('ready', 'failed', 'cancelled')
    WHEN 'succeeded' THEN p_to = 'superseded'
    WHEN 'failed'    THEN p_to IN ('ready', 'superseded')
    WHEN 'cancelled' THEN p_to IN ('blocked', 'superseded')
    ELSE false
  END
$$;

CREATE OR REPLACE FUNCTION task_may_move(p_from task_state, p_to task_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_from
    WHEN 'queued'   THEN p_to <> 'queued'
    WHEN 'planning' THEN p_to IN ('running', 'waiting', 'succeeded', 'failed', 'cancelled')
    WHEN 'running'  THEN p_to IN ('waiting', 'succeeded', 'failed', 'cancelled')
    WHEN 'waiting'  THEN p_to IN ('planning', 'running', 'succeeded', 'failed', 'cancelled')
    ELSE p_to = 'running'
  END
$$;

-- Why a task had failed before it was reopened.
CREATE TABLE task_past_error (
  task_id     uuid NOT NULL,
  at_seq      bigint NOT NULL,  -- the task's last event before it was reopened
  org_id      uuid NOT NULL,
  category    "char" NOT NULL,
  code        text NOT NULL,
  message     text NOT NULL,
  hint        text NOT NULL,
  details     text NOT NULL,
  ended_at    timestamptz NOT NULL,
  reopened_at timestamptz NOT NULL,
  reopened_by text NOT NULL,
  PRIMARY KEY (task_id, at_seq)
);

-- Rows that take the place of others get ordinals from 10000 on; who adds steps chooses below. As the statement that asks began.
CREATE FUNCTION next_ordinal(p_task uuid) RETURNS smallint STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT greatest(9999, max(s.ordinal)) + 1 FROM step s WHERE s.task_id = p_task);
END $$;

-- A reopened task will end a second time, and what hangs on its end is done a second time: new rows take the place of those that the first
-- end set free, each with a delivery id of its own. What was not told of the first end by now is not told any more.
CREATE FUNCTION renew_end_steps(p_tasks uuid[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_old   step[];
  v_moved step_move[];
BEGIN
  -- A claim takes no task lock, but ready rows only.
  PERFORM 1 FROM step s WHERE s.task_id = ANY (p_tasks) AND s.on_task_end AND s.state = 'ready' ORDER BY s.task_id, s.ordinal FOR UPDATE;
  v_old := ARRAY(SELECT s FROM step s
                  WHERE s.task_id = ANY (p_tasks) AND s.on_task_end AND s.state NOT IN ('blocked', 'cancelled', 'superseded'));
  IF cardinality(v_old) = 0 THEN RETURN '{}'; END IF;
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, first_seq, last_seq)
  SELECT o.task_id, o.ordinal, o.lease_epoch, o.attempts, o.owner, o.claimed_at, p_now, 'cancelled', t.last_seq + 1, t.last_seq
    FROM unnest(v_old) o JOIN task t ON t.task_id = o.task_id WHERE o.state = 'running';

  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN s.state IN ('succeeded', 'failed') THEN 'superseded' ELSE 'cancelled' END::step_state,
           owner = NULL, claim_id = NULL, due_at = NULL, deadline_at = NULL,
           lease_epoch = s.lease_epoch + (s.state NOT IN ('succeeded', 'failed'))::integer
      FROM unnest(v_old) o WHERE s.task_id = o.task_id AND s.ordinal = o.ordinal
    RETURNING s.*),
  place AS (
    SELECT o.task_id, o.ordinal,
           (next_ordinal(o.task_id) + row_number() OVER (PARTITION BY o.task_id ORDER BY o.ordinal) - 1)::smallint AS new
      FROM unnest(v_old) o),
  born AS (
    INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, deps_left, on_task_end, time_limit_ms)
    SELECT o.task_id, o.org_id, p.new, o.queue, o.lane, 'blocked', 0, true, o.time_limit_ms
      FROM unnest(v_old) o JOIN place p ON p.task_id = o.task_id AND p.ordinal = o.ordinal
    RETURNING *),
  described AS (
    INSERT INTO step_spec (task_id, ordinal, kind, title, payload, inputs, depends_on)
    SELECT d.task_id, p.new, d.kind, d.title,
           jsonb_set(d.payload::jsonb, '{delivery_id}', to_jsonb(format('msg_%s_%s', d.task_id, p.new)), false)::text, d.inputs,
           d.depends_on
      FROM step_spec d JOIN place p ON p.task_id = d.task_id AND p.ordinal = d.ordinal)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, false, false, true, '{}', 0)::step_move
                   ORDER BY m.task_id, m.ordinal)
    INTO v_moved FROM (SELECT * FROM moved UNION ALL SELECT * FROM born) m;
  RETURN v_moved;
END $$;

-- Tasks that have ended run again. The caller holds their locks, has changed their steps, and says so in p_moved, with at least one step
-- of each task that is open again. Counters are taken from the rows, because what moved is not what was counted. The error
-- goes into history; a deadline that has passed is not set again. Returns what is to be announced and published.
CREATE FUNCTION reopen_task(p_tasks uuid[], p_moved step_move[], p_by text, p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[] := p_moved || renew_end_steps(p_tasks, p_now);
BEGIN
  INSERT INTO task_past_error (task_id, at_seq, org_id, category, code, message, hint, details, ended_at, reopened_at, reopened_by)
  SELECT e.task_id, t.last_seq, e.org_id, e.category, e.code, e.message, e.hint, e.details, t.finished_at, p_now, p_by
    FROM task_error e JOIN task t ON t.task_id = e.task_id WHERE e.task_id = ANY (p_tasks);
  DELETE FROM task_error e WHERE e.task_id = ANY (p_tasks);
  DELETE FROM dead_letter d USING step s
   WHERE d.task_id = ANY (p_tasks) AND s.task_id = d.task_id AND s.ordinal = d.ordinal AND s.state <> 'failed';

  UPDATE task t
     SET state = 'running', finished_at = NULL, settled_at = NULL, known_steps = n.known, open_steps = n.open, end_steps = n.ended
    FROM (SELECT s.task_id, count(*) FILTER (WHERE NOT s.on_task_end AND s.state <> 'superseded') AS known,
                 count(*) FILTER (WHERE NOT s.on_task_end AND s.state IN ('blocked', 'ready', 'running', 'waiting')) AS open,
                 count(*) FILTER (WHERE s.on_task_end AND s.state IN ('blocked', 'ready', 'running', 'waiting')) AS ended
            FROM step s WHERE s.task_id = ANY (p_tasks) GROUP BY s.task_id) n
   WHERE t.task_id = n.task_id;

  -- Nothing is counted a second time: steps that are closed now are told as plain events, the others as moves that add nothing.
  RETURN QUERY SELECT * FROM settle_v1(
    ARRAY(SELECT (m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempt, m.announced, false, m.on_task_end, '{}', m.place)::step_move
            FROM unnest(v_moved) m WHERE open_delta(false, m.state) = 0),
    ARRAY(SELECT (t.task_id, -1, 1, 'task_state', '{"status":"running"}')::said FROM unnest(p_tasks) t(task_id))
    || ARRAY(SELECT (m.task_id, m.place, m.ordinal, 'step_state', step_state_json(m.ordinal, m.queue, m.state, m.attempt))::said
               FROM unnest(v_moved) m WHERE open_delta(false, m.state) <> 0),
    '{}', '{}', '{}', p_now);
END $$;
