-- A task's state before and after a move, and by how much its counters change.
CREATE TYPE verdict AS (task_id uuid, was task_state, becomes task_state, opened integer, ended integer, added integer);

-- Counters decide, never a search for open rows. p_stop: tasks that end as cancelled.
CREATE FUNCTION judge_tasks(p_moved step_move[], p_failing uuid[], p_stop uuid[]) RETURNS verdict[] LANGUAGE plpgsql AS $$
DECLARE
  v_verdicts verdict[];
BEGIN
  SELECT array_agg((t.task_id, t.state,
           CASE
             WHEN t.finished_at IS NOT NULL THEN t.state
             WHEN t.task_id = ANY (p_stop) THEN 'cancelled'
             WHEN t.task_id = ANY (p_failing) THEN 'failed'
             WHEN t.open_steps + d.opened = 0 THEN 'succeeded'
             WHEN t.state IN ('queued', 'planning') AND d.planned THEN 'running'
             WHEN t.state = 'queued' AND d.plan_moved THEN 'planning'
             ELSE t.state
           END, d.opened, d.ended, d.added)::verdict)
    INTO v_verdicts
    FROM (SELECT m.task_id,
                 coalesce(sum(open_delta(m.added, m.state)) FILTER (WHERE NOT m.on_task_end), 0)::integer AS opened,
                 coalesce(sum(open_delta(m.added, m.state)) FILTER (WHERE m.on_task_end), 0)::integer AS ended,
                 count(*) FILTER (WHERE m.added AND NOT m.on_task_end)::integer AS added,
                 bool_or(m.ordinal = 0) AS plan_moved,
                 bool_or(m.ordinal = 0 AND m.state = 'succeeded') AS planned
            FROM unnest(p_moved) m GROUP BY m.task_id) d
    JOIN task t ON t.task_id = d.task_id;
  RETURN v_verdicts;
END $$;

-- What hangs on the end of tasks that end now, whatever the end is.
CREATE FUNCTION promote_end_steps(p_verdicts verdict[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = 'ready',
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM unnest(p_verdicts) v JOIN task t ON t.task_id = v.task_id
     WHERE v.was <> v.becomes AND v.becomes IN ('succeeded', 'failed', 'cancelled') AND t.end_steps > 0
       AND s.task_id = v.task_id AND s.on_task_end AND s.state = 'blocked'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, true, '{}', 1000000003)::step_move)
    INTO v_ready FROM moved m;
  RETURN v_ready;
END $$;

-- Numbers all that is to be told, writes one event row a task and the task's own row, and returns what it wrote.
CREATE FUNCTION tell(p_moved step_move[], p_said said[], p_verdicts verdict[], p_now timestamptz) RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  WITH line AS (
    SELECT e.task_id, e.place, e.n AS rank, 0::smallint AS ordinal, e.type, e.data FROM unnest(p_said) e
    UNION ALL
    SELECT m.task_id, m.place, 1000000000 + m.added::integer, m.ordinal, 'step_state',
           format('{"step":%s,"queue":"%s","state":"%s","attempt":%s}', m.ordinal, queue_name(m.queue), m.state, m.attempt)
      FROM unnest(p_moved) m
    UNION ALL
    SELECT v.task_id, -1, 1, 0, 'task_state', '{"status":"planning"}'
      FROM unnest(p_verdicts) v WHERE v.was = 'queued' AND v.becomes IN ('planning', 'running', 'succeeded')
    UNION ALL
    SELECT v.task_id, 1000000002, 1, 0, 'task_state', format('{"status":"%s"}', v.becomes)
      FROM unnest(p_verdicts) v WHERE v.was <> v.becomes AND v.becomes <> 'planning'),
  bundle AS (
    SELECT l.task_id, count(*)::smallint AS count, array_agg(l.type) AS types, array_agg(l.data) AS data
      FROM (SELECT * FROM line ORDER BY line.task_id, line.place, line.rank, line.ordinal) l GROUP BY l.task_id),
  moved AS (
    UPDATE task t
       SET last_seq = t.last_seq + b.count,
           state = v.becomes,
           known_steps = t.known_steps + v.added,
           open_steps = t.open_steps + v.opened,
           end_steps = t.end_steps + v.ended,
           finished_at = CASE WHEN v.becomes IN ('succeeded', 'failed', 'cancelled') THEN coalesce(t.finished_at, p_now) END,
           deadline_at = CASE WHEN v.becomes IN ('succeeded', 'failed', 'cancelled') THEN NULL ELSE t.deadline_at END,
           settled_at = CASE WHEN v.becomes IN ('succeeded', 'failed', 'cancelled') AND t.open_steps + v.opened = 0
             AND t.end_steps + v.ended = 0
                             THEN coalesce(t.settled_at, p_now) END,
           -- Added steps make the share of finished ones smaller; what a user was shown never falls.
           progress = greatest(t.progress, CASE
             WHEN v.becomes = 'succeeded' THEN 100
             WHEN v.becomes IN ('failed', 'cancelled') THEN 0
             ELSE least(99, 100 * (t.known_steps + v.added - t.open_steps - v.opened) / (t.known_steps + v.added)) END)
      FROM bundle b JOIN unnest(p_verdicts) v ON v.task_id = b.task_id
     WHERE t.task_id = b.task_id
    RETURNING t.task_id, t.last_seq - b.count AS base),
  written AS (
    INSERT INTO event (task_id, first_seq, count, at, types, data)
    SELECT m.task_id, m.base + 1, b.count, p_now, b.types, b.data FROM moved m JOIN bundle b ON b.task_id = m.task_id)
  SELECT 3::smallint, m.task_id, b.count, m.base + 1, NULL::smallint, NULL::smallint, p_now, b.types::text, b.data::text, s.traceparent
    FROM moved m JOIN bundle b ON b.task_id = m.task_id JOIN task_spec s ON s.task_id = m.task_id;
END $$;

-- p_stop: tasks that someone cancels; p_fail: tasks that fail whatever their steps say. Both are open, and locked.
CREATE OR REPLACE FUNCTION settle_v1(p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_failing  uuid[] := p_fail;
  v_all      step_move[] := coalesce(p_moved, '{}');
  v_verdicts verdict[];
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
  v_verdicts := judge_tasks(v_all, v_failing, p_stop);
  IF EXISTS (SELECT FROM unnest(v_verdicts) v WHERE v.was <> v.becomes AND v.becomes IN ('succeeded', 'failed', 'cancelled')) THEN
    v_all := v_all || promote_end_steps(v_verdicts, p_now);
  END IF;

  RETURN QUERY SELECT * FROM tell(v_all, p_said, v_verdicts, p_now);
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(v_all) m JOIN task_spec t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND m.announced
     ORDER BY m.task_id, m.ordinal;
END $$;

DROP FUNCTION settle_v2(step_move[], said[], reason[], uuid[], uuid[], timestamptz);
DROP FUNCTION tell_v2(step_move[], said[], uuid[], uuid[], timestamptz);
DROP FUNCTION promote_end_steps_v2(step_move[], uuid[], uuid[], timestamptz);

-- Counts down what hangs on steps that succeeded. Two steps of one batch may share a dependent: they are added up first, because an
-- UPDATE applies one row a target. Under a task that has ended or fails now nothing is promoted.
CREATE OR REPLACE FUNCTION promote_dependents(p_moved step_move[], p_failing uuid[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH hit AS (
    SELECT m.task_id, d.ordinal, count(*)::smallint AS n
      FROM unnest(p_moved) m JOIN task t ON t.task_id = m.task_id CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
     WHERE m.state = 'succeeded' AND t.finished_at IS NULL AND m.task_id <> ALL (p_failing)
     GROUP BY m.task_id, d.ordinal),
  moved AS (
    UPDATE step s
       SET deps_left = s.deps_left - h.n,
           state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
           announced_at = CASE WHEN s.deps_left = h.n AND NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM hit h
     WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, '{}',
                    1000000000)::step_move)
    INTO v_ready FROM moved m WHERE m.state = 'ready';
  RETURN v_ready;
END $$;

DROP FUNCTION step_state_json(smallint, smallint, step_state, smallint);
