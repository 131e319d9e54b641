DROP FUNCTION finish_succeeded_v1, finish_v3;

-- Answers: what 1 for each that was accepted, now or before (task_id, ordinal, n = its epoch). What is not answered lost its lease: its
-- result is dropped. p_outcome is succeeded, failed, retry or handed_back; p_event_of and p_added_by are places, from 1. The arrays from
-- p_category to p_retry_ms are empty when all succeeded.
CREATE FUNCTION finish_v2(
  p_worker uuid, p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_outcome text[], p_output text[], p_category "char"[],
  p_code text[], p_message text[], p_hint text[], p_details text[], p_retry_ms bigint[], p_started_ms bigint[], p_finished_ms bigint[],
  p_event_of integer[], p_event_type text[], p_event_data text[],
  p_added_by integer[], p_added_ordinal smallint[], p_added_queue smallint[], p_added_kind text[], p_added_title text[],
  p_added_payload text[], p_added_depends_on text[], p_added_parents text[], p_added_successors text[], p_added_inputs text[],
  p_added_on_task_end boolean[], p_added_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz;
  v_ended uuid[];
  v_paused boolean;
  v_moved step_move[];
  v_said  said[] := '{}';
  v_added step_move[];
BEGIN
  -- Locks first. The running rows below need none of their own: whoever moves a step out of running holds its task's lock.
  SELECT coalesce(array_agg(x.task_id) FILTER (WHERE x.finished_at IS NOT NULL), '{}'), bool_or(x.paused) INTO v_ended, v_paused
    FROM (SELECT t.task_id, t.finished_at, t.paused FROM task t WHERE t.task_id = ANY (p_task) ORDER BY t.task_id FOR UPDATE) x;
  v_now := clock_timestamp();

  IF p_added_by = '{}' AND p_event_of = '{}' AND 'succeeded' = ALL (p_outcome) THEN
    RETURN QUERY SELECT * FROM finish_plain(p_task, p_ordinal, p_epoch, p_output, v_ended, v_paused, v_now);
    RETURN;
  END IF;

  -- What a step of an ended task asked for is not done: it is cancelled instead of run again. What it made is kept.
  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN w.outcome IN ('succeeded', 'failed') THEN w.outcome
                        WHEN w.task_id = ANY (v_ended) AND NOT s.on_task_end THEN 'cancelled'
                        WHEN w.outcome = 'retry' THEN 'waiting'
                        ELSE 'ready' END::step_state,
           deadline_at = NULL,
           succeeded_at = CASE WHEN w.outcome = 'succeeded' THEN v_now END,
           output = CASE WHEN w.outcome = 'succeeded' THEN w.output ELSE s.output END,
           due_at = CASE WHEN w.outcome = 'retry' AND (s.on_task_end OR w.task_id <> ALL (v_ended))
             THEN v_now + p_retry_ms[w.place] * interval '1 millisecond' END,
           attempts = s.attempts - (w.outcome = 'handed_back')::integer,
           handbacks = s.handbacks + (w.outcome = 'handed_back')::integer,
           announces = CASE WHEN w.outcome = 'handed_back' THEN 0 ELSE s.announces END,
           announced_at = CASE WHEN w.outcome <> 'handed_back' THEN s.announced_at
                               WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
      FROM unnest(p_task, p_ordinal, p_epoch, p_outcome, p_output) WITH ORDINALITY w(task_id, ordinal, epoch, outcome, output, place)
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held, s.on_task_end, s.successors, w.place)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, m.successors,
                    m.place)::step_move ORDER BY m.place)
    INTO v_moved FROM moved m;

  IF coalesce(cardinality(v_moved), 0) < cardinality(p_task) THEN
    RETURN QUERY SELECT * FROM finished_before_v2(p_task, p_ordinal, p_epoch);
    IF v_moved IS NULL THEN RETURN; END IF;
  END IF;
  RETURN QUERY
    SELECT 1::smallint, m.task_id, m.ordinal, p_epoch[m.place], NULL::smallint, NULL::smallint, NULL::timestamptz, NULL::text, NULL::text,
           NULL::text
      FROM unnest(v_moved) m;

  IF p_event_of <> '{}' THEN
    v_said := ARRAY(SELECT (p_task[e.event_of], e.event_of, row_number() OVER (), e.type, e.data)::said
                      FROM unnest(p_event_of, p_event_type, p_event_data) e(event_of, type, data)
                     WHERE e.event_of = ANY (ARRAY(SELECT m.place FROM unnest(v_moved) m)));
  END IF;
  IF p_added_by <> '{}' THEN
    v_added := added_by_finish(v_moved, v_now, p_added_by, p_added_ordinal, p_added_queue, p_added_kind, p_added_title, p_added_payload,
                               p_added_depends_on, p_added_parents, p_added_successors, p_added_inputs, p_added_on_task_end,
                               p_added_time_limit_ms);
  END IF;
  IF 'succeeded' = ALL (p_outcome) THEN
    RETURN QUERY SELECT * FROM settle_v2(v_moved || v_added, v_said, '{}', '{}', '{}', v_now);
  ELSE
    RETURN QUERY
      SELECT * FROM settle_attempts(v_moved, v_added, v_said, v_now, p_worker, p_epoch, p_outcome, p_category, p_code, p_message, p_hint,
                                    p_details, p_started_ms, p_finished_ms);
  END IF;
END $$;

-- The way of most batches: all succeeded, nothing is added, nobody said anything. What the longer way does in many statements is one here,
-- and tests/integration/store holds the two together.
CREATE FUNCTION finish_plain(p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_output text[], p_ended uuid[], p_paused boolean,
                             p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_all  step_move[];
  v_done integer;
  v_leaf boolean;
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = 'succeeded', deadline_at = NULL, succeeded_at = p_now, output = w.output
      FROM unnest(p_task, p_ordinal, p_epoch, p_output) WITH ORDINALITY w(task_id, ordinal, epoch, output, place)
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.on_task_end, s.successors, w.place),
  promoted AS (
    UPDATE step s
       SET deps_left = s.deps_left - h.n,
           state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
           -- is_held_back, without the call.
           announced_at = CASE WHEN s.deps_left = h.n AND NOT EXISTS (
             SELECT FROM hold k
              WHERE k.queue = s.queue AND k.lane = s.lane AND k.org_id IN (s.org_id, '00000000-0000-0000-0000-000000000000')) THEN p_now END
      FROM (SELECT m.task_id, d.ordinal, count(*)::smallint AS n
              FROM moved m CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
             WHERE m.task_id <> ALL (p_ended)
             GROUP BY m.task_id, d.ordinal) h
     WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked'
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held, s.on_task_end)
  SELECT array_agg(x.move), count(*) FILTER (WHERE x.done), bool_or(x.leaf) INTO v_all, v_done, v_leaf
    FROM (SELECT (m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, false, false, m.on_task_end, '{}', m.place)::step_move AS move,
                 true AS done, m.successors = '{}' AS leaf
            FROM moved m
           UNION ALL
          SELECT (p.task_id, p.ordinal, p.queue, p.lane, p.state, p.attempts, NOT p.held, false, p.on_task_end, '{}', 1000000000)::step_move,
                 false, false
            FROM promoted p WHERE p.state = 'ready') x;
  IF v_done < cardinality(p_task) THEN
    RETURN QUERY SELECT * FROM finished_before_v2(p_task, p_ordinal, p_epoch);
    IF v_done = 0 THEN RETURN; END IF;
  END IF;
  IF v_leaf THEN v_all := v_all || promote_end_steps_v2(v_all, '{}', '{}', p_now); END IF;
  IF p_paused THEN v_all := park_paused(v_all); END IF;

  RETURN QUERY
    SELECT CASE m.state WHEN 'succeeded' THEN 1 ELSE 2 END::smallint, m.task_id, m.ordinal, p_epoch[m.place], m.queue, m.lane, NULL::timestamptz,
           NULL::text, NULL::text, NULL::text
      FROM unnest(v_all) m WHERE m.state = 'succeeded' OR m.announced;
  RETURN QUERY SELECT * FROM tell_v2(v_all, '{}', '{}', '{}', p_now);
END $$;
