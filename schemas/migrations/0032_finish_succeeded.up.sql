-- The short way of a finish is a call of its own, with the five parameters that it needs, and one statement behind its lock; what used to be
-- two statements, three functions that hand rows to each other, and a row for every step that was accepted.

-- For batches in which all succeeded, nothing is added and nobody said anything: most are. Nothing is done, and no row answered, when a task
-- is paused, has ended, or may end with something hanging on its end: finish_v3 does those. Answers as finish_v3 does, but one row with
-- what = 0 stands for all when every step was accepted; of those that were not, finish_v3 knows whether they were accepted before.
-- tests/integration/store holds the two ways together.
CREATE FUNCTION finish_succeeded_v1(p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_output text[]) RETURNS SETOF news
LANGUAGE plpgsql AS $$
DECLARE
  v_now  timestamptz;
  v_was  task_state[];
  v_rare boolean;
BEGIN
  -- Locks first, as in finish_v3.
  SELECT array_agg(y.state ORDER BY y.place), bool_or(y.rare) INTO v_was, v_rare
    FROM (SELECT x.state, x.place,
                 x.finished_at IS NOT NULL OR x.paused OR x.end_steps > 0 AND x.open_steps <= count(*) OVER (PARTITION BY x.task_id) AS rare
            FROM (SELECT t.task_id, t.state, t.finished_at, t.paused, t.end_steps, t.open_steps, w.place
                    FROM unnest(p_task) WITH ORDINALITY w(task_id, place) JOIN task t ON t.task_id = w.task_id
                   ORDER BY t.task_id FOR UPDATE OF t) x) y;
  IF v_rare OR cardinality(v_was) < cardinality(p_task) THEN RETURN; END IF;
  v_now := clock_timestamp();

  RETURN QUERY
    WITH moved AS (
      UPDATE step s
         SET state = 'succeeded', deadline_at = NULL, succeeded_at = v_now, output = w.output
        FROM unnest(p_task, p_ordinal, p_epoch, p_output, v_was) WITH ORDINALITY w(task_id, ordinal, epoch, output, was, place)
       WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
      RETURNING s.task_id, s.ordinal, s.lease_epoch, s.queue, s.attempts, s.successors, w.was, w.place),
    promoted AS (
      UPDATE step s
         SET deps_left = s.deps_left - h.n,
             state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
             -- is_held_back, without the call.
             announced_at = CASE WHEN s.deps_left = h.n AND NOT EXISTS (
               SELECT FROM hold k
                WHERE k.queue = s.queue AND k.lane = s.lane AND k.org_id IN (s.org_id, '00000000-0000-0000-0000-000000000000')) THEN v_now END
        FROM (SELECT m.task_id, d.ordinal, count(*)::smallint AS n
                FROM moved m CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
               GROUP BY m.task_id, d.ordinal) h
       WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked'
      RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held),
    bundle AS (
      SELECT l.task_id, array_agg(l.data) AS data, count(*)::integer AS lines, count(l.was)::integer AS done, min(l.was) AS was,
             bool_or(l.ordinal = 0 AND l.was IN ('queued', 'planning')) IS TRUE AS planned
        FROM (SELECT m.task_id, m.place, m.ordinal, m.was, step_state_json(m.ordinal, m.queue, 'succeeded', m.attempts) AS data FROM moved m
               UNION ALL
              SELECT p.task_id, 1000000000, p.ordinal, NULL, step_state_json(p.ordinal, p.queue, 'ready', p.attempts)
                FROM promoted p WHERE p.state = 'ready'
               ORDER BY 1, 2, 3) l
       GROUP BY l.task_id),
    -- The rules are tell_v2's: a task is over when nothing is open, and runs when its plan has succeeded. If it was queued until now, that
    -- it was planned is told first. Its state before comes with the steps: a look at the row would be one more for each task.
    told AS (
      UPDATE task t
         SET last_seq = t.last_seq + b.lines + CASE WHEN b.planned OR t.open_steps = b.done THEN 1 + (b.was = 'queued')::integer ELSE 0 END,
             state = CASE WHEN t.open_steps = b.done THEN 'succeeded' WHEN b.planned THEN 'running' ELSE t.state END,
             open_steps = t.open_steps - b.done,
             finished_at = CASE WHEN t.open_steps = b.done THEN v_now END,
             settled_at = CASE WHEN t.open_steps = b.done THEN v_now END,
             deadline_at = CASE WHEN t.open_steps > b.done THEN t.deadline_at END,
             progress = greatest(t.progress, CASE WHEN t.open_steps = b.done THEN 100
                                                  ELSE least(99, 100 * (t.known_steps - t.open_steps + b.done) / t.known_steps) END)
        FROM bundle b
       WHERE t.task_id = b.task_id
      RETURNING t.task_id, t.last_seq AS last,
                CASE WHEN b.was = 'queued' AND t.state <> 'queued' THEN ARRAY['task_state'] END
                  || array_fill('step_state'::text, ARRAY[b.lines]) || CASE WHEN t.state <> b.was THEN ARRAY['task_state'] END AS types,
                CASE WHEN b.was = 'queued' AND t.state <> 'queued' THEN ARRAY['{"status":"planning"}'] END
                  || b.data || CASE WHEN t.state <> b.was THEN ARRAY['{"status":"' || t.state || '"}'] END AS data),
    written AS (
      INSERT INTO event (task_id, first_seq, count, at, types, data)
      SELECT t.task_id, t.last - cardinality(t.types) + 1, cardinality(t.types), v_now, t.types, t.data FROM told t)
    SELECT 3::smallint, t.task_id, cardinality(t.types)::smallint, t.last - cardinality(t.types) + 1, NULL::smallint, NULL::smallint, v_now,
           t.types::text, t.data::text, NULL::text
      FROM told t
     UNION ALL
    SELECT 2::smallint, p.task_id, p.ordinal, NULL, p.queue, p.lane, NULL, NULL, NULL, NULL
      FROM promoted p WHERE p.state = 'ready' AND NOT p.held
     UNION ALL
    SELECT 0::smallint, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE (SELECT count(*) FROM moved) = cardinality(p_task)
     UNION ALL
    SELECT 1::smallint, m.task_id, m.ordinal, m.lease_epoch, NULL, NULL, NULL, NULL, NULL, NULL
      FROM moved m WHERE (SELECT count(*) FROM moved) < cardinality(p_task);
END $$;

-- finish again, without the short way.

-- Answers: what 1 for each that was accepted, now or before (task_id, ordinal, n = its epoch). What is not answered lost its lease: its
-- result is dropped. p_outcome is succeeded, failed, retry or handed_back; p_event_of and p_added_by are places, from 1. The arrays from
-- p_category to p_retry_ms are empty when all succeeded.
CREATE FUNCTION finish_v3(
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
  v_moved step_move[];
  v_said  said[] := '{}';
  v_added step_move[];
BEGIN
  -- Locks first. The running rows below need none of their own: whoever moves a step out of running holds its task's lock.
  SELECT coalesce(array_agg(x.task_id) FILTER (WHERE x.finished_at IS NOT NULL), '{}') INTO v_ended
    FROM (SELECT t.task_id, t.finished_at FROM task t WHERE t.task_id = ANY (p_task) ORDER BY t.task_id FOR UPDATE) x;
  v_now := clock_timestamp();

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

DROP FUNCTION finish_v2, finish_plain;
