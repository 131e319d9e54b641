DROP FUNCTION finish_v2, finish_plain, added_by_finish, settle_attempts, finished_before_v2;

-- A finish whose answer was lost comes again, with the same epoch. The attempt's row tells that it was accepted. What is told again: its
-- events as they were numbered, and whatever of its tasks is ready now (a hint too many costs one index probe).
CREATE FUNCTION finished_before(p_task uuid[], p_ordinal smallint[], p_epoch bigint[]) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_again attempt[];
BEGIN
  SELECT array_agg(a) INTO v_again
    FROM unnest(p_task, p_ordinal, p_epoch) w(task_id, ordinal, epoch)
    JOIN attempt a ON a.task_id = w.task_id AND a.ordinal = w.ordinal AND a.lease_epoch = w.epoch
   WHERE a.outcome IN ('succeeded', 'failed', 'retry', 'handed_back');
  IF v_again IS NULL THEN RETURN; END IF;

  RETURN QUERY
    SELECT 1::smallint, a.task_id, a.ordinal, a.lease_epoch, NULL::smallint, NULL::smallint, NULL::timestamptz, a.outcome, NULL::text,
      NULL::text
      FROM unnest(v_again) a;
  RETURN QUERY
    SELECT DISTINCT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text,
      t.traceparent
      FROM unnest(v_again) a JOIN step s ON s.task_id = a.task_id JOIN task_spec t ON t.task_id = a.task_id
     WHERE s.state = 'ready' AND s.announced_at IS NOT NULL;
  RETURN QUERY
    SELECT DISTINCT 3::smallint, e.task_id, e.count, e.first_seq, NULL::smallint, NULL::smallint, e.at, e.types::text, e.data::text,
      t.traceparent
      FROM unnest(v_again) a
      JOIN task_spec t ON t.task_id = a.task_id
      JOIN event e ON e.task_id = a.task_id AND e.first_seq BETWEEN a.first_seq AND a.last_seq;
END $$;

-- Answers: what 1 for each that was accepted, now or before (task_id, ordinal, n = its epoch). What is not answered lost its
-- lease: its result is dropped. p_outcome is succeeded, failed, retry or handed_back; p_event_of and p_added_by are places, from 1.
CREATE FUNCTION finish_v1(
  p_worker uuid, p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_outcome text[], p_output text[], p_category "char"[],
  p_code text[], p_message text[], p_hint text[], p_details text[], p_retry_ms bigint[], p_started_ms bigint[], p_finished_ms bigint[],
  p_event_of integer[], p_event_type text[], p_event_data text[],
  p_added_by integer[], p_added_ordinal smallint[], p_added_queue smallint[], p_added_kind text[], p_added_title text[],
  p_added_payload text[], p_added_depends_on text[], p_added_parents text[], p_added_successors text[], p_added_inputs text[],
  p_added_on_task_end boolean[], p_added_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now     timestamptz;
  v_moved   step_move[];
  v_failing uuid[] := '{}';
  v_new     new_step[];
  v_news    news[];
BEGIN
  -- Locks first. The running rows below need none of their own: whoever moves a step out of running holds its task's lock.
  PERFORM 1 FROM task t WHERE t.task_id = ANY (p_task) ORDER BY t.task_id FOR UPDATE;
  v_now := clock_timestamp();

  -- What a step of an ended task asked for is not done: it is cancelled instead of run again. What it made is kept.
  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN w.outcome IN ('succeeded', 'failed') THEN w.outcome
                        WHEN t.finished_at IS NOT NULL AND NOT s.on_task_end THEN 'cancelled'
                        WHEN w.outcome = 'retry' THEN 'waiting'
                        ELSE 'ready' END::step_state,
           owner = NULL, claim_id = NULL, deadline_at = NULL,
           due_at = CASE WHEN w.outcome = 'retry' AND (t.finished_at IS NULL OR s.on_task_end)
             THEN v_now + w.retry_ms * interval '1 millisecond' END,
           attempts = s.attempts - (w.outcome = 'handed_back')::integer,
           handbacks = s.handbacks + (w.outcome = 'handed_back')::integer,
           announces = CASE WHEN w.outcome = 'handed_back' THEN 0 ELSE s.announces END,
           announced_at = CASE WHEN w.outcome <> 'handed_back' THEN s.announced_at
                               WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
      FROM unnest(p_task, p_ordinal, p_epoch, p_outcome, p_retry_ms) WITH ORDINALITY w(task_id, ordinal, epoch, outcome, retry_ms, place)
      JOIN task t ON t.task_id = w.task_id
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
    RETURNING s.*, w.place)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, m.successors,
                    m.place)::step_move
                   ORDER BY m.place)
    INTO v_moved FROM moved m;

  IF coalesce(cardinality(v_moved), 0) < cardinality(p_task) THEN
    RETURN QUERY SELECT * FROM finished_before(p_task, p_ordinal, p_epoch);
    IF v_moved IS NULL THEN RETURN; END IF;
  END IF;

  INSERT INTO step_output (task_id, ordinal, output)
  SELECT m.task_id, m.ordinal, p_output[m.place] FROM unnest(v_moved) m WHERE m.state = 'succeeded'
      ON CONFLICT (task_id, ordinal) DO UPDATE SET output = excluded.output;

  IF p_added_by <> '{}' THEN
    v_failing := failing_tasks(v_moved);
    SELECT array_agg((m.task_id, m.place, a.ordinal, a.queue, a.kind, a.title, a.payload, a.depends_on::smallint[],
                      a.parents::smallint[], a.successors::smallint[], a.inputs::smallint[], a.on_task_end, a.time_limit_ms)::new_step)
      INTO v_new
      FROM unnest(p_added_by, p_added_ordinal, p_added_queue, p_added_kind, p_added_title, p_added_payload, p_added_depends_on,
                  p_added_parents, p_added_successors, p_added_inputs, p_added_on_task_end, p_added_time_limit_ms)
           a(added_by, ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, on_task_end, time_limit_ms)
      JOIN unnest(v_moved) m ON m.place = a.added_by AND m.state = 'succeeded'
      JOIN task t ON t.task_id = m.task_id
     WHERE t.finished_at IS NULL AND t.task_id <> ALL (v_failing);
  END IF;

  SELECT array_agg(told) INTO v_news
    FROM settle_v1(
      v_moved || CASE WHEN v_new IS NOT NULL THEN add_steps(v_new, v_now) END,
      ARRAY(SELECT (m.task_id, m.place, row_number() OVER (), e.type, e.data)::said
              FROM unnest(p_event_of, p_event_type, p_event_data) e(event_of, type, data) JOIN unnest(v_moved) m ON m.place = e.event_of),
      ARRAY(SELECT (m.task_id, m.ordinal, p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place],
                    p_details[m.place])::reason
              FROM unnest(v_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.place),
      '{}', '{}', v_now) told;

  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT m.task_id, m.ordinal, p_epoch[m.place], m.attempt + (p_outcome[m.place] = 'handed_back')::integer, p_worker,
         to_timestamp(p_started_ms[m.place] / 1000.0), to_timestamp(p_finished_ms[m.place] / 1000.0),
         p_outcome[m.place], p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place], p_details[m.place], s.first_seq,
           s.last_seq
    FROM unnest(v_moved) m
    JOIN (SELECT n.task_id, n.n AS first_seq, n.n + n.ordinal - 1 AS last_seq FROM unnest(v_news) n WHERE n.what = 3) s
      ON s.task_id = m.task_id;

  RETURN QUERY
    SELECT 1::smallint, m.task_id, m.ordinal, p_epoch[m.place], m.queue, m.lane, NULL::timestamptz, p_outcome[m.place], NULL::text,
      NULL::text
      FROM unnest(v_moved) m;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;
