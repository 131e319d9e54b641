-- Detours: a step ends well, but what it found must be dealt with before those behind it may go on. It adds steps that do that, the last of
-- which takes its place: what was blocked on it waits for that one instead, and is given what the detour made beside what it asked for.

-- The step whose place it took, for the last step of a detour.
ALTER TABLE step_spec ADD COLUMN stands_for smallint;

-- Who adds a detour names its steps -1, -2, ...; they get the next free ordinals of their task, in that order, from p_first on.
CREATE FUNCTION detour_ordinals(p_ordinals smallint[], p_first smallint) RETURNS smallint[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN ARRAY(SELECT CASE WHEN x.ordinal < 0 THEN p_first - 1 - x.ordinal ELSE x.ordinal END
                 FROM unnest(p_ordinals) WITH ORDINALITY x(ordinal, n) ORDER BY x.n);
END $$;

-- Inputs in which a detour's last step takes the place of p_from: before it comes what it receives itself, as far as it was not there.
CREATE FUNCTION detour_inputs(p_inputs smallint[], p_from smallint, p_last smallint, p_inputs_of_last smallint[]) RETURNS smallint[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN ARRAY(SELECT y.ordinal
                 FROM unnest(p_inputs) WITH ORDINALITY x(ordinal, n)
                CROSS JOIN LATERAL unnest(
                  CASE WHEN x.ordinal <> p_from THEN ARRAY[x.ordinal]
                       ELSE ARRAY(SELECT i.ordinal FROM unnest(p_inputs_of_last) WITH ORDINALITY i(ordinal, n)
                                   WHERE i.ordinal = p_from OR i.ordinal <> ALL (p_inputs) ORDER BY i.n) || p_last END)
                  WITH ORDINALITY y(ordinal, m)
                ORDER BY x.n, y.m);
END $$;

-- What is blocked, and waits for p_from or reads it, comes behind p_last. Nothing leads back to a new step, so no circle can be closed.
CREATE FUNCTION move_behind(p_task uuid, p_from smallint, p_last smallint, p_inputs_of_last smallint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_waiting smallint[] := ARRAY(SELECT s.ordinal
                                  FROM step f CROSS JOIN LATERAL unnest(f.successors) x(ordinal)
                                  JOIN step s ON s.task_id = p_task AND s.ordinal = x.ordinal AND s.state = 'blocked'
                                 WHERE f.task_id = p_task AND f.ordinal = p_from ORDER BY 1);
BEGIN
  UPDATE step_spec d
     SET depends_on = array_replace(d.depends_on, p_from, p_last),
         inputs = detour_inputs(d.inputs, p_from, p_last, p_inputs_of_last)
    FROM step s
   WHERE d.task_id = p_task AND s.task_id = p_task AND s.ordinal = d.ordinal AND s.state = 'blocked' AND NOT s.on_task_end
     AND d.added_by IS DISTINCT FROM p_from AND (p_from = ANY (d.inputs) OR d.ordinal = ANY (v_waiting));
  UPDATE step s SET successors = ARRAY(SELECT x.ordinal FROM unnest(s.successors) x(ordinal) WHERE x.ordinal <> ALL (v_waiting))
   WHERE s.task_id = p_task AND s.ordinal = p_from;
  -- As many to wait for as before: p_from had not been counted down.
  UPDATE step s SET successors = v_waiting WHERE s.task_id = p_task AND s.ordinal = p_last;
END $$;

-- detour: the finish of a step that succeeded and adds a detour, of which the last step takes its place. Guarded and answered like
-- finish_v3 with one step. Of a task that has ended the step is cancelled, not succeeded: set going again without the detour, the task would pass by
-- what the step found.
CREATE FUNCTION detour_v1(
  p_worker uuid, p_task uuid, p_ordinal smallint, p_epoch bigint, p_output text, p_started_ms bigint, p_finished_ms bigint,
  p_event_type text[], p_event_data text[], p_added_ordinal smallint[], p_added_queue smallint[], p_added_kind text[],
  p_added_title text[], p_added_payload text[], p_added_depends_on text[], p_added_parents text[], p_added_successors text[],
  p_added_inputs text[], p_added_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz;
  v_task  task;
  v_step  step;
  v_first smallint;
  v_last  smallint;
  v_new   new_step[];
  v_added step_move[];
  v_news  news[];
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task FOR UPDATE;
  v_now := clock_timestamp();
  UPDATE step s
     SET state = CASE WHEN v_task.finished_at IS NULL THEN 'succeeded' ELSE 'cancelled' END::step_state, deadline_at = NULL,
         succeeded_at = CASE WHEN v_task.finished_at IS NULL THEN v_now END, output = p_output
   WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'running' AND s.lease_epoch = p_epoch
  RETURNING * INTO v_step;
  IF NOT FOUND THEN
    RETURN QUERY SELECT * FROM finished_before_v2(ARRAY[p_task], ARRAY[p_ordinal], ARRAY[p_epoch]);
    RETURN;
  END IF;
  IF v_step.on_task_end THEN
    RAISE EXCEPTION 'step % hangs on the end of its task: nothing is behind it', p_ordinal USING ERRCODE = 'check_violation';
  END IF;

  IF v_task.finished_at IS NULL THEN
    v_first := (SELECT max(s.ordinal) + 1 FROM step s WHERE s.task_id = p_task);
    v_last := v_first + cardinality(p_added_ordinal) - 1;
    v_new := ARRAY(
      SELECT (p_task, 1, (detour_ordinals(ARRAY[a.ordinal], v_first))[1], a.queue, a.kind, a.title, a.payload,
              detour_ordinals(a.depends_on::smallint[], v_first), a.parents::smallint[],
              detour_ordinals(a.successors::smallint[], v_first), detour_ordinals(a.inputs::smallint[], v_first), false,
              a.time_limit_ms)::new_step
        FROM unnest(p_added_ordinal, p_added_queue, p_added_kind, p_added_title, p_added_payload, p_added_depends_on, p_added_parents,
                    p_added_successors, p_added_inputs, p_added_time_limit_ms)
             a(ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, time_limit_ms));
    v_added := add_steps(v_new, v_now);
    UPDATE step_spec d SET added_by = p_ordinal, stands_for = CASE WHEN d.ordinal = v_last THEN p_ordinal END
     WHERE d.task_id = p_task AND d.ordinal BETWEEN v_first AND v_last;
    PERFORM move_behind(p_task, p_ordinal, v_last, (SELECT d.inputs FROM step_spec d WHERE d.task_id = p_task AND d.ordinal = v_last));
    PERFORM check_growth(v_new);  -- now that what comes behind the detour does
  END IF;

  v_news := ARRAY(
    SELECT told FROM settle_v1(
      ARRAY[(p_task, p_ordinal, v_step.queue, v_step.lane, v_step.state, v_step.attempts, false, false, false, '{}', 1)::step_move]
        || v_added,
      ARRAY(SELECT (p_task, 1, e.place, e.type, e.data)::said
              FROM unnest(p_event_type, p_event_data) WITH ORDINALITY e(type, data, place)),
      '{}', '{}', '{}', v_now) told);
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, first_seq, last_seq)
  SELECT p_task, p_ordinal, p_epoch, v_step.attempts, p_worker, to_timestamp(p_started_ms / 1000.0), to_timestamp(p_finished_ms / 1000.0),
         'cancelled', n.n, n.n + n.ordinal - 1
    FROM unnest(v_news) n WHERE n.what = 3 AND v_step.state = 'cancelled';
  RETURN NEXT (1, p_task, p_ordinal, p_epoch, NULL, NULL, NULL, NULL, NULL, NULL)::news;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

-- Rollback again, which may undo a detour.

-- What a step needs when those of p_gone are undone and not made anew: the last step of a detour gives its place back, and what else the
-- detour made is not read.
CREATE FUNCTION without_detours(p_task uuid, p_needs smallint[], p_gone smallint[]) RETURNS smallint[] STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    WITH RECURSIVE way AS (
      SELECT x.ordinal, x.n FROM unnest(p_needs) WITH ORDINALITY x(ordinal, n)
       UNION
      SELECT d.stands_for, w.n
        FROM way w JOIN step_spec d ON d.task_id = p_task AND d.ordinal = w.ordinal
       WHERE w.ordinal = ANY (p_gone) AND d.stands_for IS NOT NULL),
    left_over AS (
      SELECT w.ordinal, min(w.n) AS n
        FROM way w JOIN step_spec d ON d.task_id = p_task AND d.ordinal = w.ordinal
       WHERE w.ordinal <> ALL (p_gone)
          OR d.stands_for IS NULL AND NOT EXISTS (SELECT FROM step_spec e WHERE e.task_id = p_task AND e.stands_for = d.added_by)
       GROUP BY w.ordinal)
    SELECT coalesce(array_agg(l.ordinal ORDER BY l.n), '{}') FROM left_over l);
END $$;

-- As before; p_gone: what is undone and not made anew.
DROP FUNCTION replace_steps;
CREATE FUNCTION replace_steps(p_task uuid, p_old smallint[], p_gone smallint[], p_now timestamptz) RETURNS step_move[]
LANGUAGE plpgsql AS $$
DECLARE
  v_first smallint := next_ordinal(p_task);
  v_moved step_move[];
BEGIN
  WITH place AS (
    SELECT o.ordinal, (v_first + row_number() OVER (ORDER BY o.ordinal) - 1)::smallint AS new FROM unnest(p_old) o(ordinal)),
  spec AS (
    SELECT p.new, p.ordinal AS old, s.org_id, s.queue, s.lane, s.time_limit_ms, d.kind, d.title, d.payload, d.added_by, d.stands_for,
           ARRAY(SELECT coalesce(q.new, x.ordinal) FROM unnest(without_detours(p_task, d.depends_on, p_gone)) WITH ORDINALITY x(ordinal, n)
                   LEFT JOIN place q ON q.ordinal = x.ordinal ORDER BY x.n) AS depends_on,
           ARRAY(SELECT coalesce(q.new, x.ordinal) FROM unnest(without_detours(p_task, d.inputs, p_gone)) WITH ORDINALITY x(ordinal, n)
                   LEFT JOIN place q ON q.ordinal = x.ordinal ORDER BY x.n) AS inputs,
           (SELECT count(*) FROM unnest(without_detours(p_task, d.depends_on, p_gone)) x(ordinal)
              JOIN step y ON y.task_id = p_task AND y.ordinal = x.ordinal AND y.state <> 'succeeded')::smallint AS deps_left
      FROM place p
      JOIN step s ON s.task_id = p_task AND s.ordinal = p.ordinal
      JOIN step_spec d ON d.task_id = p_task AND d.ordinal = p.ordinal),
  described AS (
    INSERT INTO step_spec (task_id, ordinal, kind, title, payload, inputs, depends_on, added_by, stands_for, replaces)
    SELECT p_task, n.new, n.kind, n.title, n.payload, n.inputs, n.depends_on, n.added_by, n.stands_for, n.old FROM spec n),
  born AS (
    INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, announced_at, deps_left, time_limit_ms, successors)
    SELECT p_task, n.org_id, n.new, n.queue, n.lane, CASE WHEN n.deps_left > 0 THEN 'blocked' ELSE 'ready' END::step_state,
           CASE WHEN n.deps_left = 0 AND NOT is_held_back(n.queue, n.lane, n.org_id) THEN p_now END, n.deps_left, n.time_limit_ms,
           ARRAY(SELECT m.new FROM spec m WHERE n.new = ANY (m.depends_on) ORDER BY m.new)
      FROM spec n
    RETURNING *)
  SELECT array_agg((b.task_id, b.ordinal, b.queue, b.lane, b.state, 0, NOT b.held, false, false, '{}', b.ordinal)::step_move
                   ORDER BY b.ordinal)
    INTO v_moved FROM born b;

  -- What was not replaced and is still to come counts them down when it is done.
  UPDATE step s SET successors = s.successors || c.children
    FROM (SELECT x.ordinal, array_agg(d.ordinal ORDER BY d.ordinal) AS children
            FROM step_spec d CROSS JOIN LATERAL unnest(d.depends_on) x(ordinal)
           WHERE d.task_id = p_task AND d.ordinal >= v_first AND x.ordinal < v_first GROUP BY x.ordinal) c
   WHERE s.task_id = p_task AND s.ordinal = c.ordinal AND s.state <> 'succeeded';
  RETURN v_moved;
END $$;

-- As before; that a step hangs on the last step of a detour makes nothing impossible.
CREATE OR REPLACE FUNCTION rollback_v1(p_org uuid, p_task uuid, p_by text, p_to smallint, p_key text) RETURNS SETOF news
LANGUAGE plpgsql AS $$
DECLARE
  c_most constant integer := 30;  -- rollbacks of a task
  v_now        timestamptz;
  v_task       task;
  v_step       step;
  v_last       task_rollback;
  v_context    jsonb;
  v_branch     text;
  v_undone     smallint[];
  v_again      smallint[];  -- of these: all but those that an undone step had added, and will add again
  v_gone       smallint[];  -- of these: the others
  v_running    step[];
  v_moved      step_move[];
  v_why        text;
  v_answer     text;
  v_told       news[];
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  v_now := clock_timestamp();
  SELECT * INTO v_last FROM task_rollback r WHERE r.task_id = p_task AND r.request_key = p_key AND p_key <> '';
  IF FOUND THEN
    RETURN NEXT steer_answer(p_task, CASE WHEN v_last.to_step = p_to THEN 0 ELSE 2 END,
                             CASE WHEN v_last.to_step = p_to THEN v_task.state::text ELSE 'idempotency_key_reused' END, v_last.answer);
    RETURN;
  END IF;
  SELECT * INTO v_last FROM task_rollback r WHERE r.task_id = p_task ORDER BY r.generation DESC LIMIT 1;
  SELECT * INTO v_step FROM step s WHERE s.task_id = p_task AND s.ordinal = p_to AND NOT s.on_task_end;
  v_undone := steps_after(p_task, p_to);
  v_again := ARRAY(SELECT d.ordinal FROM step_spec d
                    WHERE d.task_id = p_task AND d.ordinal = ANY (v_undone) AND coalesce(d.added_by, 0::smallint) <> ALL (v_undone));
  v_gone := ARRAY(SELECT u.ordinal FROM unnest(v_undone) u(ordinal) WHERE u.ordinal <> ALL (v_again));
  v_why := CASE
    WHEN v_step.task_id IS NULL THEN 'step_not_found'
    WHEN v_step.state = 'superseded' THEN 'step_superseded'
    WHEN v_step.state <> 'succeeded' THEN 'step_not_finished'
    WHEN v_undone = '{}' THEN 'nothing_to_undo'
    WHEN v_last.generation >= c_most THEN 'too_many_rollbacks'
    WHEN EXISTS (SELECT FROM step_spec d
                  WHERE d.task_id = p_task AND d.ordinal = ANY (v_again)
                    AND without_detours(p_task, d.depends_on || d.inputs, v_gone) && v_gone)
      THEN 'rollback_impossible' END;
  IF v_why IS NOT NULL THEN
    RETURN NEXT steer_answer(p_task, 2, v_why, v_task.state::text);
    RETURN;
  END IF;
  SELECT d.context::jsonb INTO v_context FROM task_spec d WHERE d.task_id = p_task;
  IF v_task.finished_at IS NULL AND NOT EXISTS (
    SELECT FROM step s WHERE s.task_id = p_task AND s.ordinal = ANY (v_undone)
       AND (s.attempts > 0 OR s.state NOT IN ('blocked', 'ready', 'waiting'))) THEN
    RETURN NEXT steer_answer(p_task, 0, v_task.state::text, CASE WHEN v_last.to_step = p_to THEN v_last.answer ELSE jsonb_build_object(
      'generation', coalesce(v_last.generation, 0), 'to_step', p_to, 'superseded', '[]'::jsonb, 'added', '[]'::jsonb,
      'branch', v_context -> 'branch')::text END);
    RETURN;
  END IF;

  PERFORM 1 FROM step s WHERE s.task_id = p_task AND s.ordinal = ANY (v_undone) AND s.state = 'ready' ORDER BY s.ordinal FOR UPDATE;
  v_running := ARRAY(SELECT s FROM step s WHERE s.task_id = p_task AND s.ordinal = ANY (v_undone) AND s.state = 'running');
  v_branch := v_context ->> 'branch';
  IF EXISTS (SELECT FROM step s WHERE s.task_id = p_task AND s.ordinal = ANY (v_undone) AND s.queue = 4 AND s.claimed_at IS NOT NULL) THEN
    v_branch := coalesce((SELECT r.branch FROM task_rollback r WHERE r.task_id = p_task AND r.generation = 1), v_branch) || '-r'
                || coalesce(v_last.generation, 0) + 1;
    UPDATE task_spec d SET context = (v_context || jsonb_build_object('branch', v_branch))::text WHERE d.task_id = p_task;
  END IF;
  v_moved := supersede_steps(p_task, v_undone, v_now);
  v_moved := v_moved || replace_steps(p_task, v_again, v_gone, v_now);

  v_answer := jsonb_build_object(
    'generation', coalesce(v_last.generation, 0) + 1, 'to_step', p_to, 'superseded', to_jsonb(v_undone),
    'added', to_jsonb(ARRAY(SELECT m.ordinal FROM unnest(v_moved) m WHERE m.state <> 'superseded' ORDER BY 1)), 'branch', v_branch)::text;
  INSERT INTO task_rollback (task_id, generation, to_step, branch, request_key, made_by, made_at, answer)
  VALUES (p_task, coalesce(v_last.generation, 0) + 1, p_to, coalesce(v_context ->> 'branch', ''), p_key, p_by, v_now, v_answer);
  v_told := ARRAY(SELECT told FROM tell_steered(
    p_task, '{}', jsonb_build_object('action', 'rolled_back', 'by', p_by) || v_answer::jsonb, v_now) told);
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, first_seq, last_seq)
  SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.owner, s.claimed_at, v_now, 'cancelled', n.n, n.n + n.ordinal - 1
    FROM unnest(v_running) s, unnest(v_told) n WHERE n.what = 3;

  -- The one way in which what a user was shown falls. A pause was of the run that has ended.
  UPDATE task t SET progress = 0, paused = t.paused AND t.finished_at IS NULL WHERE t.task_id = p_task;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, v_answer);
  RETURN QUERY SELECT * FROM unnest(v_told);
  IF v_task.finished_at IS NULL THEN
    RETURN QUERY SELECT * FROM tell_replaced(p_task, v_moved, v_now);
  ELSE
    RETURN QUERY SELECT * FROM reopen_task(ARRAY[p_task], v_moved, p_by, v_now);
  END IF;
END $$;

-- An answer is handed on with who gave it.
CREATE OR REPLACE FUNCTION hand_answer(p_given checkpoint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE task_spec d
     SET context = jsonb_set(d.context::jsonb, '{answers}', coalesce(d.context::jsonb -> 'answers', '[]') || jsonb_build_object(
                     'step', p_given.ordinal, 'name', p_given.name, 'verdict', p_given.verdict, 'text', p_given.answer,
                     'by', p_given.answered_by))::text
   WHERE d.task_id = p_given.task_id;
END $$;
