-- settle again (0006): what follows when steps have moved. What these statements no longer do: read back what they wrote, and join sets in
-- memory, which without hashing costs the square of a batch.

-- What the event step_state says. STABLE, as the text of an enum is: declared IMMUTABLE it would not be inlined, and be a call each time.
CREATE FUNCTION step_state_json(p_step smallint, p_queue smallint, p_state step_state, p_attempt smallint) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT '{"step":' || p_step || ',"queue":"' || queue_name(p_queue) || '","state":"' || p_state || '","attempt":' || p_attempt || '}'
$$;

-- As before; holds are looked at only where there are any.
CREATE OR REPLACE FUNCTION promote_dependents(p_moved step_move[], p_failing uuid[], p_now timestamptz) RETURNS step_move[]
LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH hit AS (
    SELECT m.task_id, d.ordinal, count(*)::smallint AS n
      FROM unnest(p_moved) m CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
     WHERE m.state = 'succeeded' AND m.task_id <> ALL (p_failing)
     GROUP BY m.task_id, d.ordinal),
  moved AS (
    UPDATE step s
       SET deps_left = s.deps_left - h.n,
           state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
           announced_at = CASE WHEN s.deps_left = h.n AND NOT (EXISTS (SELECT FROM hold) AND is_held_back(s.queue, s.lane, s.org_id)) THEN p_now END
      FROM hit h JOIN task t ON t.task_id = h.task_id
     WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked' AND t.finished_at IS NULL
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held, s.on_task_end)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, '{}',
                    1000000000)::step_move)
    INTO v_ready FROM moved m WHERE m.state = 'ready';
  RETURN v_ready;
END $$;

-- What hangs on the end of tasks that end now, whatever the end is. A task ends with a step that nothing hangs on, or because it fails or is
-- stopped.
CREATE FUNCTION promote_end_steps_v2(p_moved step_move[], p_failing uuid[], p_stop uuid[], p_now timestamptz) RETURNS step_move[]
LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH ended AS (
    SELECT t.task_id
      FROM (SELECT m.task_id, sum(open_delta(m.added, m.state)) FILTER (WHERE NOT m.on_task_end) AS opened
              FROM unnest(p_moved) m GROUP BY m.task_id) d
      JOIN task t ON t.task_id = d.task_id
     WHERE t.finished_at IS NULL AND t.end_steps > 0
       AND (t.open_steps + d.opened = 0 OR t.task_id = ANY (p_failing) OR t.task_id = ANY (p_stop))),
  moved AS (
    UPDATE step s
       SET state = 'ready',
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM ended e
     WHERE s.task_id = e.task_id AND s.on_task_end AND s.state = 'blocked'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, true, '{}', 1000000003)::step_move)
    INTO v_ready FROM moved m;
  RETURN v_ready;
END $$;

-- Judges the tasks, numbers all that is to be told, writes one event row a task and the task's own row, and returns what it wrote: one
-- statement. One pass adds up the lines of each task, and everything else of the task is carried along with them. Counters decide, never a
-- search for open rows. What stands at place 1000000003 is told after the task's own state.
CREATE FUNCTION tell_v2(p_moved step_move[], p_said said[], p_failing uuid[], p_stop uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  WITH line AS (
    SELECT m.task_id, m.place, 1000000000 + m.added::integer AS rank, m.ordinal, 'step_state' AS type,
           step_state_json(m.ordinal, m.queue, m.state, m.attempt) AS data,
           CASE WHEN m.on_task_end THEN 0 ELSE open_delta(m.added, m.state) END AS opened,
           CASE WHEN m.on_task_end THEN open_delta(m.added, m.state) ELSE 0 END AS ended,
           (m.added AND NOT m.on_task_end)::integer AS added, m.ordinal = 0 AND m.attempt > 0 AS plan_moved, m.ordinal = 0 AND m.state = 'succeeded' AS planned
      FROM unnest(p_moved) m
    UNION ALL
    SELECT e.task_id, e.place, e.n, 0::smallint, e.type, e.data, 0, 0, 0, false, false FROM unnest(p_said) e),
  bundle AS (
    SELECT l.task_id, count(*)::smallint AS lines,
           array_agg(l.type) FILTER (WHERE l.place < 1000000003) AS types, array_agg(l.data) FILTER (WHERE l.place < 1000000003) AS data,
           array_agg(l.type) FILTER (WHERE l.place >= 1000000003) AS last_types,
           array_agg(l.data) FILTER (WHERE l.place >= 1000000003) AS last_data, sum(l.opened)::integer AS opened,
           sum(l.ended)::integer AS ended, sum(l.added)::integer AS added, bool_or(l.plan_moved) AS plan_moved, bool_or(l.planned) AS planned
      FROM (SELECT * FROM line ORDER BY line.task_id, line.place, line.rank, line.ordinal) l
     GROUP BY l.task_id),
  judged AS (
    SELECT b.*, t.state AS was,
           CASE
             WHEN t.finished_at IS NOT NULL THEN t.state
             WHEN t.task_id = ANY (p_stop) THEN 'cancelled'
             WHEN t.task_id = ANY (p_failing) THEN 'failed'
             WHEN t.open_steps + b.opened = 0 THEN 'succeeded'
             WHEN t.state IN ('queued', 'planning') AND b.planned THEN 'running'
             WHEN t.state = 'queued' AND b.plan_moved THEN 'planning'
             ELSE t.state
           END AS becomes
      FROM bundle b JOIN task t ON t.task_id = b.task_id),
  worded AS (
    SELECT j.*, j.becomes IN ('succeeded', 'failed', 'cancelled') AS over,
           j.was = 'queued' AND j.becomes IN ('planning', 'running', 'succeeded') AS was_planned,
           j.was <> j.becomes AND j.becomes <> 'planning' AS turned
      FROM judged j),
  moved AS (
    UPDATE task t
       SET last_seq = t.last_seq + w.lines + w.was_planned::integer + w.turned::integer,
           state = w.becomes,
           known_steps = t.known_steps + w.added,
           open_steps = t.open_steps + w.opened,
           end_steps = t.end_steps + w.ended,
           finished_at = CASE WHEN w.over THEN coalesce(t.finished_at, p_now) END,
           deadline_at = CASE WHEN NOT w.over THEN t.deadline_at END,
           settled_at = CASE WHEN w.over AND t.open_steps + w.opened = 0 AND t.end_steps + w.ended = 0 THEN coalesce(t.settled_at, p_now) END,
           -- Added steps make the share of finished ones smaller; what a user was shown never falls.
           progress = greatest(t.progress, CASE
             WHEN w.becomes = 'succeeded' THEN 100
             WHEN w.over THEN 0
             ELSE least(99, 100 * (t.known_steps + w.added - t.open_steps - w.opened) / (t.known_steps + w.added)) END)
      FROM worded w
     WHERE t.task_id = w.task_id
    RETURNING t.task_id, t.last_seq AS last, w.lines + w.was_planned::integer + w.turned::integer AS count,
              CASE WHEN w.was_planned THEN array_prepend('task_state', w.types) ELSE w.types END
                || CASE WHEN w.turned THEN ARRAY['task_state'] END || w.last_types AS types,
              CASE WHEN w.was_planned THEN array_prepend('{"status":"planning"}', w.data) ELSE w.data END
                || CASE WHEN w.turned THEN ARRAY['{"status":"' || w.becomes || '"}'] END || w.last_data AS data),
  written AS (
    INSERT INTO event (task_id, first_seq, count, at, types, data)
    SELECT m.task_id, m.last - m.count + 1, m.count, p_now, m.types, m.data FROM moved m)
  SELECT 3::smallint, m.task_id, m.count::smallint, m.last - m.count + 1, NULL::smallint, NULL::smallint, p_now, m.types::text, m.data::text,
         NULL::text
    FROM moved m;
END $$;

-- p_stop: tasks that someone cancels; p_fail: tasks that fail whatever their steps say. Both are open, and locked. Every step that fails
-- passes through here and becomes a dead letter. Its news have no traceparents: a worker knows those of the steps it holds.
CREATE FUNCTION settle_v2(
  p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_failing uuid[] := p_fail;
  v_all     step_move[] := coalesce(p_moved, '{}');
BEGIN
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.state = 'failed') THEN
    INSERT INTO dead_letter (task_id, ordinal, org_id, queue, died_at)
    SELECT m.task_id, m.ordinal, t.org_id, m.queue, p_now
      FROM unnest(p_moved) m JOIN task t ON t.task_id = m.task_id WHERE m.state = 'failed';
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

-- What the rarer moves call: the same, with the traceparents.
CREATE OR REPLACE FUNCTION settle_v1(p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT n.what, n.task_id, n.ordinal, n.n, n.queue, n.lane, n.at, n.type, n.body, t.traceparent
      FROM settle_v2(p_moved, p_said, p_reasons, p_stop, p_fail, p_now) n JOIN task_spec t ON t.task_id = n.task_id;
END $$;

DROP FUNCTION tell(step_move[], said[], verdict[], timestamptz);
DROP FUNCTION judge_tasks(step_move[], uuid[], uuid[]);
DROP FUNCTION promote_end_steps(verdict[], timestamptz);
DROP TYPE verdict;
