-- Pause and resume: a person holds a task back. What is ready waits, without a time at which it would be due, and whatever becomes ready
-- later waits likewise; what runs may end. So a claim needs to know nothing of it: a step of a paused task is not ready.

ALTER TABLE task ADD COLUMN paused boolean NOT NULL DEFAULT false;

-- Steps that became ready in this move under a paused task wait instead. What hangs on a task's end is not held: the work is over then.
-- Runs under the locks of the tasks, after all else has moved; returns the moves as they are now.
CREATE FUNCTION park_paused(p_moved step_move[]) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[];
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(p_moved) m JOIN task t ON t.task_id = m.task_id
                  WHERE m.state = 'ready' AND NOT m.on_task_end AND t.paused) THEN
    RETURN p_moved;
  END IF;
  WITH parked AS (
    UPDATE step s SET state = 'waiting', announces = 0
      FROM unnest(p_moved) m JOIN task t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND NOT m.on_task_end AND t.paused
       AND s.task_id = m.task_id AND s.ordinal = m.ordinal AND s.state = 'ready'
    RETURNING s.task_id, s.ordinal)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, CASE WHEN p.task_id IS NULL THEN m.state ELSE 'waiting' END, m.attempt,
                    m.announced AND p.task_id IS NULL, m.added, m.on_task_end, m.successors, m.place)::step_move)
    INTO v_moved
    FROM unnest(p_moved) m LEFT JOIN parked p ON p.task_id = m.task_id AND p.ordinal = m.ordinal AND m.state = 'ready';
  RETURN v_moved;
END $$;

-- What a person did to one task, and the steps that moved by it, none of which is over: the task's state and counters stay as they are.
CREATE FUNCTION tell_steered(p_task uuid, p_moved step_move[], p_what jsonb, p_now timestamptz) RETURNS SETOF news
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT n.what, n.task_id, n.ordinal, n.n, n.queue, n.lane, n.at, n.type, n.body, t.traceparent
      FROM tell_v2(coalesce(p_moved, '{}'), ARRAY[(p_task, 0, 0, 'steered', p_what::text)::said], '{}', '{}', p_now) n
      JOIN task_spec t ON t.task_id = n.task_id;
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(p_moved) m JOIN task_spec t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND m.announced
     ORDER BY m.ordinal;
END $$;

-- The answers of all moves by which people steer a task are alike. Of what 1: n = 1 done, 0 it was so before, 2 refused; type = the
-- task's state, or why it was refused; body = JSON of the move's own. No answer: the organisation has no such task.
CREATE FUNCTION steer_answer(p_task uuid, p_n bigint, p_type text, p_body text) RETURNS news LANGUAGE sql IMMUTABLE AS $$
  SELECT (1, p_task, NULL, p_n, NULL, NULL, NULL, p_type, p_body, NULL)::news
$$;

CREATE FUNCTION pause_v1(p_org uuid, p_task uuid, p_by text) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_task  task;
  v_moved step_move[];
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_task.finished_at IS NOT NULL OR v_task.paused THEN
    RETURN NEXT steer_answer(p_task, CASE WHEN v_task.finished_at IS NULL THEN 0 ELSE 2 END,
                             CASE WHEN v_task.finished_at IS NULL THEN v_task.state::text ELSE 'task_final' END, v_task.state::text);
    RETURN;
  END IF;
  UPDATE task SET paused = true WHERE task_id = p_task;
  -- A claim takes no task lock: those that were first run, and end.
  PERFORM 1 FROM step s WHERE s.task_id = p_task AND s.state = 'ready' ORDER BY s.ordinal FOR UPDATE;
  WITH moved AS (
    UPDATE step s SET state = 'waiting', announces = 0 WHERE s.task_id = p_task AND s.state = 'ready' AND NOT s.on_task_end
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, false, false, false, '{}', 1)::step_move)
    INTO v_moved FROM moved m;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, NULL);
  RETURN QUERY SELECT * FROM tell_steered(p_task, v_moved, jsonb_build_object('action', 'paused', 'by', p_by), clock_timestamp());
END $$;

-- What waits for a time stays, because the time will come; and what waits for an answer does.
CREATE FUNCTION resume_v1(p_org uuid, p_task uuid, p_by text) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_task  task;
  v_now   timestamptz;
  v_moved step_move[];
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_task.finished_at IS NOT NULL OR NOT v_task.paused THEN
    RETURN NEXT steer_answer(p_task, CASE WHEN v_task.finished_at IS NULL THEN 0 ELSE 2 END,
                             CASE WHEN v_task.finished_at IS NULL THEN v_task.state::text ELSE 'task_final' END, v_task.state::text);
    RETURN;
  END IF;
  v_now := clock_timestamp();
  UPDATE task SET paused = false WHERE task_id = p_task;
  WITH moved AS (
    UPDATE step s SET state = 'ready', announces = 0, announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
     WHERE s.task_id = p_task AND s.state = 'waiting' AND s.due_at IS NULL AND NOT s.on_task_end
       AND NOT EXISTS (SELECT FROM checkpoint c WHERE c.task_id = p_task AND c.ordinal = s.ordinal AND c.expires_at IS NOT NULL)
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, false, '{}', 1)::step_move)
    INTO v_moved FROM moved m;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, NULL);
  RETURN QUERY SELECT * FROM tell_steered(p_task, v_moved, jsonb_build_object('action', 'resumed', 'by', p_by), v_now);
END $$;
