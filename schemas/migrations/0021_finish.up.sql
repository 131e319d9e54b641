-- finish again: where all has simply succeeded, one statement, and no rows but those of the steps, their tasks and the events.

-- A finish whose answer was lost comes again, with the same epoch. The row of a step that succeeded tells that it was accepted, for other
-- outcomes the attempt's. What is told again: its events as they were numbered, and whatever of its tasks is ready now (a hint too many costs
-- one index probe).
CREATE FUNCTION finished_before_v2(p_task uuid[], p_ordinal smallint[], p_epoch bigint[]) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_done  step[];
  v_again attempt[];
BEGIN
  SELECT array_agg(s) INTO v_done
    FROM unnest(p_task, p_ordinal, p_epoch) w(task_id, ordinal, epoch)
    JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
   WHERE s.lease_epoch = w.epoch AND s.succeeded_at IS NOT NULL;
  SELECT array_agg(a) INTO v_again
    FROM unnest(p_task, p_ordinal, p_epoch) w(task_id, ordinal, epoch)
    JOIN attempt a ON a.task_id = w.task_id AND a.ordinal = w.ordinal AND a.lease_epoch = w.epoch
   WHERE a.outcome IN ('failed', 'retry', 'handed_back');

  RETURN QUERY
    SELECT 1::smallint, x.task_id, x.ordinal, x.lease_epoch, NULL::smallint, NULL::smallint, NULL::timestamptz, NULL::text, NULL::text,
           NULL::text
      FROM (SELECT d.task_id, d.ordinal, d.lease_epoch FROM unnest(v_done) d
             UNION ALL SELECT a.task_id, a.ordinal, a.lease_epoch FROM unnest(v_again) a) x;
  RETURN QUERY
    SELECT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text, NULL::text
      FROM (SELECT d.task_id FROM unnest(v_done) d UNION SELECT a.task_id FROM unnest(v_again) a) x
      JOIN step s ON s.task_id = x.task_id
     WHERE s.state = 'ready' AND s.announced_at IS NOT NULL;
  RETURN QUERY
    SELECT 3::smallint, e.task_id, e.count, e.first_seq, NULL::smallint, NULL::smallint, e.at, e.types::text, e.data::text, NULL::text
      FROM (SELECT d.task_id, e.first_seq FROM unnest(v_done) d JOIN event e ON e.task_id = d.task_id AND e.at = d.succeeded_at
             UNION
            SELECT a.task_id, e.first_seq FROM unnest(v_again) a
              JOIN event e ON e.task_id = a.task_id AND e.first_seq BETWEEN a.first_seq AND a.last_seq) x
      JOIN event e ON e.task_id = x.task_id AND e.first_seq = x.first_seq;
END $$;

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

-- The steps that finished ones add to their tasks, unless the task has ended or fails now, within its bounds. Who added a step is kept, unless
-- it was the plan.
CREATE FUNCTION added_by_finish(
  p_moved step_move[], p_now timestamptz, p_added_by integer[], p_ordinal smallint[], p_queue smallint[], p_kind text[], p_title text[],
  p_payload text[], p_depends_on text[], p_parents text[], p_successors text[], p_inputs text[], p_on_task_end boolean[],
  p_time_limit_ms integer[])
RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_failing uuid[] := failing_tasks(p_moved);
  v_new     new_step[];
  v_added   step_move[];
BEGIN
  SELECT array_agg((m.task_id, m.place, a.ordinal, a.queue, a.kind, a.title, a.payload, a.depends_on::smallint[], a.parents::smallint[],
                    a.successors::smallint[], a.inputs::smallint[], a.on_task_end, a.time_limit_ms)::new_step)
    INTO v_new
    FROM unnest(p_added_by, p_ordinal, p_queue, p_kind, p_title, p_payload, p_depends_on, p_parents, p_successors, p_inputs, p_on_task_end,
                p_time_limit_ms)
         a(added_by, ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, on_task_end, time_limit_ms)
    JOIN unnest(p_moved) m ON m.place = a.added_by AND m.state = 'succeeded'
    JOIN task t ON t.task_id = m.task_id
   WHERE t.finished_at IS NULL AND t.task_id <> ALL (v_failing);
  IF v_new IS NULL THEN RETURN NULL; END IF;
  PERFORM check_growth(v_new);
  v_added := add_steps(v_new, p_now);
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.ordinal <> 0) THEN
    UPDATE step_spec d SET added_by = m.ordinal
      FROM unnest(v_new) a JOIN unnest(p_moved) m ON m.place = a.place
     WHERE m.ordinal <> 0 AND d.task_id = a.task_id AND d.ordinal = a.ordinal;
  END IF;
  RETURN v_added;
END $$;

-- Of finishes that did not all succeed: settles them, and keeps how each attempt ended. A success alone is told by its step's row; beside
-- others of its task its attempt is kept only when it did not succeed.
CREATE FUNCTION settle_attempts(
  p_moved step_move[], p_added step_move[], p_said said[], p_now timestamptz, p_worker uuid, p_epoch bigint[], p_outcome text[],
  p_category "char"[], p_code text[], p_message text[], p_hint text[], p_details text[], p_started_ms bigint[], p_finished_ms bigint[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_news news[];
BEGIN
  SELECT array_agg(told) INTO v_news
    FROM settle_v2(
      p_moved || p_added, p_said,
      ARRAY(SELECT (m.task_id, m.ordinal, p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place],
                    p_details[m.place])::reason
              FROM unnest(p_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.place),
      '{}', '{}', p_now) told;
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT m.task_id, m.ordinal, p_epoch[m.place], m.attempt + (p_outcome[m.place] = 'handed_back')::integer, p_worker,
         to_timestamp(p_started_ms[m.place] / 1000.0), to_timestamp(p_finished_ms[m.place] / 1000.0),
         p_outcome[m.place], p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place], p_details[m.place], s.first_seq,
           s.last_seq
    FROM unnest(p_moved) m
    JOIN (SELECT n.task_id, min(n.n) AS first_seq, max(n.n + n.ordinal - 1) AS last_seq FROM unnest(v_news) n WHERE n.what = 3
           GROUP BY n.task_id) s ON s.task_id = m.task_id
   WHERE p_outcome[m.place] <> 'succeeded';
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

DROP FUNCTION finish_v1, finished_before(uuid[], smallint[], bigint[]);
