-- promote_due: what time alone decides. Waiting steps whose time has come are ready; running ones past their limit have failed, whoever
-- runs them; so have tasks past their deadline. Bounded, and safe for any number of replicas: a task that someone else has locked is left
-- for the next pass.
CREATE FUNCTION promote_due_v1(p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_ended uuid[];  -- past their deadline
  v_late  uuid[];  -- of steps past their limit
  v_due   uuid[];
  v_tasks uuid[];  -- of all those: the ones that are ours now
  v_rows  step[];  -- running until now, as they were
  v_moved step_move[];
  v_news  news[];
BEGIN
  SELECT coalesce(array_agg(x.task_id), '{}') INTO v_ended
    FROM (SELECT t.task_id FROM task t WHERE t.deadline_at <= v_now ORDER BY t.deadline_at LIMIT p_batch) x;
  -- Running steps are found by what their owners said they hold: a step that nobody names is a matter for rescue_v1.
  SELECT coalesce(array_agg(x.task_id), '{}') INTO v_late
    FROM (SELECT s.task_id
            FROM worker w CROSS JOIN LATERAL unnest(w.held_task, w.held_ordinal) h(task_id, ordinal)
            JOIN step s ON s.task_id = h.task_id AND s.ordinal = h.ordinal
           WHERE s.state = 'running' AND s.deadline_at <= v_now LIMIT p_batch) x;
  SELECT coalesce(array_agg(x.task_id), '{}') INTO v_due
    FROM (SELECT s.task_id FROM step s WHERE s.due_at <= v_now ORDER BY s.due_at LIMIT p_batch) x;
  IF v_ended = '{}' AND v_late = '{}' AND v_due = '{}' THEN RETURN; END IF;

  SELECT array_agg(x.task_id) INTO v_tasks
    FROM (SELECT t.task_id FROM task t WHERE t.task_id = ANY (v_ended || v_late || v_due) ORDER BY t.task_id FOR UPDATE SKIP LOCKED) x;
  SELECT coalesce(array_agg(t.task_id), '{}') INTO v_ended FROM task t WHERE t.task_id = ANY (v_tasks) AND t.deadline_at <= v_now;
  v_rows := ARRAY(SELECT s FROM step s
                   WHERE s.task_id = ANY (v_tasks) AND s.state = 'running'
                     AND (s.deadline_at <= v_now OR s.task_id = ANY (v_ended) AND NOT s.on_task_end));

  -- Ready and blocked steps of an ended task are cancelled by settle_v1, like those of a failed one.
  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN s.task_id = ANY (v_ended) AND NOT s.on_task_end THEN 'cancelled'
                        WHEN s.state = 'running' THEN 'failed'
                        ELSE 'ready' END::step_state,
           owner = NULL, claim_id = NULL, deadline_at = NULL, due_at = NULL, announces = 0,
           lease_epoch = s.lease_epoch + (s.state = 'running')::integer,
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
     WHERE s.task_id = ANY (v_tasks)
       AND (s.state = 'waiting' AND s.due_at <= v_now
            OR s.state = 'running' AND (s.deadline_at <= v_now OR s.task_id = ANY (v_ended) AND NOT s.on_task_end))
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, '{}',
                    m.ordinal)::step_move)
    INTO v_moved FROM moved m;
  IF v_moved IS NULL AND v_ended = '{}' THEN RETURN; END IF;

  SELECT array_agg(told) INTO v_news
    FROM settle_v1(
      v_moved,
      ARRAY(SELECT (m.task_id, m.ordinal, 1, 'error',
                    '{"category":"A","code":"step_timed_out","message":"the step took longer than it may","recoverable":false}')::said
              FROM unnest(v_moved) m WHERE m.state = 'failed'),
      ARRAY(SELECT (e.task_id, 0, 'B', 'task_deadline_passed', 'the task was not done by its deadline', 'submit it again with more time',
                    '')::reason
              FROM unnest(v_ended) e(task_id))
      || ARRAY(SELECT (m.task_id, m.ordinal, 'A', 'step_timed_out', 'step ' || m.ordinal || ' took longer than it may',
                       'look at the step''s logs',
                       '')::reason
                 FROM unnest(v_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.ordinal),
      '{}', v_ended, v_now) told;

  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.owner, s.claimed_at, v_now,
         CASE WHEN m.state = 'failed' THEN 'timed_out' ELSE 'cancelled' END, e.category, e.code, e.message, e.hint, '', q.first_seq,
           q.last_seq
    FROM unnest(v_rows) s
    JOIN unnest(v_moved) m ON m.task_id = s.task_id AND m.ordinal = s.ordinal
    LEFT JOIN (VALUES ('A'::"char", 'step_timed_out', 'the step took longer than it may', '')) e(category, code, message, hint)
      ON m.state = 'failed'
    JOIN (SELECT n.task_id, n.n AS first_seq, n.n + n.ordinal - 1 AS last_seq FROM unnest(v_news) n WHERE n.what = 3) q
      ON q.task_id = s.task_id;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;
