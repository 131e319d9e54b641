-- cancel: someone wants the task to stop. A running step's row moves at once; its worker hears of it with its next renewal, and a finish
-- that comes in between finds no row.
--
-- Answer: what 1 with type = the task's state now, n = 1 when this call cancelled it, 0 when it had ended before. No answer: the
-- organisation has no such task.
CREATE FUNCTION cancel_v1(p_org uuid, p_task uuid) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz;
  v_state task_state;
  v_moved step_move[];
  v_rows  step[];
  v_news  news[];
BEGIN
  SELECT t.state INTO v_state FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_state IN ('succeeded', 'failed', 'cancelled') THEN
    RETURN NEXT (1, p_task, NULL, 0, NULL, NULL, NULL, v_state::text, NULL, NULL)::news;
    RETURN;
  END IF;
  v_now := clock_timestamp();
  v_rows := ARRAY(SELECT s FROM step s WHERE s.task_id = p_task AND s.state = 'running');  -- as they were: for their attempts' rows

  PERFORM 1 FROM step s WHERE s.task_id = p_task AND s.state = 'ready' ORDER BY s.ordinal FOR UPDATE;
  WITH moved AS (
    UPDATE step s
       SET state = 'cancelled', owner = NULL, claim_id = NULL, due_at = NULL, deadline_at = NULL, lease_epoch = s.lease_epoch + 1
     WHERE s.task_id = p_task AND NOT s.on_task_end AND s.state IN ('blocked', 'ready', 'running', 'waiting')
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, false, false, false, '{}', m.ordinal)::step_move)
    INTO v_moved FROM moved m;
  SELECT array_agg(told) INTO v_news FROM settle_v1(v_moved, '{}', '{}', ARRAY[p_task], '{}', v_now) told;

  -- A claim that committed between the two statements above is in the second only; it lost nothing but a line of its history.
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, first_seq, last_seq)
  SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.owner, s.claimed_at, v_now, 'cancelled', q.first_seq, q.last_seq
    FROM unnest(v_rows) s, (SELECT n.n AS first_seq, n.n + n.ordinal - 1 AS last_seq FROM unnest(v_news) n WHERE n.what = 3) q;
  RETURN NEXT (1, p_task, NULL, 1, NULL, NULL, NULL, 'cancelled', NULL, NULL)::news;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;
