CREATE OR REPLACE FUNCTION revive_end_steps(p_task uuid[], p_ordinal smallint[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[];
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = 'ready', forgiven = s.attempts, crashes = least(s.crashes, 1), handbacks = 0, announces = 0,
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM unnest(p_task, p_ordinal) w(task_id, ordinal)
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'failed'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, true, '{}', m.ordinal)::step_move)
    INTO v_moved FROM moved m;
  UPDATE task t SET end_steps = t.end_steps + n.count, settled_at = NULL
    FROM (SELECT m.task_id, count(*) FROM unnest(v_moved) m GROUP BY m.task_id) n WHERE t.task_id = n.task_id;
  RETURN QUERY SELECT * FROM settle_v1(v_moved, '{}', '{}', '{}', '{}', p_now);
END $$;

CREATE OR REPLACE FUNCTION reopen_task(p_tasks uuid[], p_moved step_move[], p_by text, p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[] := p_moved || renew_end_steps(p_tasks, p_now);
BEGIN
  INSERT INTO task_past_error (task_id, at_seq, org_id, category, code, message, hint, details, ended_at, reopened_at, reopened_by)
  SELECT e.task_id, t.last_seq, e.org_id, e.category, e.code, e.message, e.hint, e.details, t.finished_at, p_now, p_by
    FROM task_error e JOIN task t ON t.task_id = e.task_id WHERE e.task_id = ANY (p_tasks);
  DELETE FROM task_error e WHERE e.task_id = ANY (p_tasks);

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
    || ARRAY(SELECT (m.task_id, m.place, m.ordinal, 'step_state',
                     format('{"step":%s,"queue":"%s","state":"%s","attempt":%s}', m.ordinal, queue_name(m.queue), m.state, m.attempt))::said
               FROM unnest(v_moved) m WHERE open_delta(false, m.state) <> 0),
    '{}', '{}', '{}', p_now);
END $$;

CREATE OR REPLACE FUNCTION settle_v2(
  p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_failing uuid[] := p_fail;
  v_all     step_move[] := coalesce(p_moved, '{}');
BEGIN
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.state = 'failed') THEN
    v_failing := v_failing || failing_tasks(p_moved);
  END IF;
  IF v_failing <> '{}' THEN
    INSERT INTO task_error (task_id, org_id, category, code, message, hint, details)
    SELECT t.task_id, t.org_id, r.category, r.code, r.message, r.hint, r.details
      FROM unnest(p_reasons) r JOIN task t ON t.task_id = r.task_id
     WHERE r.task_id = ANY (v_failing)
        ON CONFLICT (task_id) DO NOTHING;
    v_all := v_all || cut_tasks(v_failing);
  END IF;
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.successors <> '{}') THEN
    v_all := v_all || promote_dependents(p_moved, v_failing, p_now);
  END IF;

  IF v_failing <> '{}' OR p_stop <> '{}' OR EXISTS (SELECT FROM unnest(p_moved) m WHERE m.state = 'succeeded' AND m.successors = '{}') THEN
    v_all := v_all || promote_end_steps_v2(v_all, v_failing, p_stop, p_now);
  END IF;
  v_all := park_paused(v_all);

  RETURN QUERY SELECT * FROM tell_v2(v_all, p_said, v_failing, p_stop, p_now);
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, NULL::text
      FROM unnest(v_all) m WHERE m.state = 'ready' AND m.announced;
END $$;

CREATE FUNCTION keep_dead_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.state = 'failed' THEN
    INSERT INTO dead_letter (task_id, ordinal, org_id, queue, died_at)
    VALUES (new.task_id, new.ordinal, new.org_id, new.queue, clock_timestamp());
  ELSE
    DELETE FROM dead_letter d WHERE d.task_id = new.task_id AND d.ordinal = new.ordinal;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER step_dies AFTER UPDATE OF state ON step FOR EACH ROW
  WHEN (old.state <> new.state AND (new.state = 'failed' OR old.state = 'failed')) EXECUTE FUNCTION keep_dead_letter();
