DROP FUNCTION detour_v1, move_behind, detour_inputs, detour_ordinals, without_detours,
  replace_steps(uuid, smallint[], smallint[], timestamptz);
CREATE OR REPLACE FUNCTION hand_answer(p_given checkpoint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE task_spec d
     SET context = jsonb_set(d.context::jsonb, '{answers}', coalesce(d.context::jsonb -> 'answers', '[]') || jsonb_build_object(
                     'step', p_given.ordinal, 'name', p_given.name, 'verdict', p_given.verdict, 'text', p_given.answer))::text
   WHERE d.task_id = p_given.task_id;
END $$;

CREATE FUNCTION replace_steps(p_task uuid, p_old smallint[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_first smallint := next_ordinal(p_task);
  v_moved step_move[];
BEGIN
  WITH place AS (
    SELECT o.ordinal, (v_first + row_number() OVER (ORDER BY o.ordinal) - 1)::smallint AS new FROM unnest(p_old) o(ordinal)),
  spec AS (
    SELECT p.new, p.ordinal AS old, s.org_id, s.queue, s.lane, s.time_limit_ms, d.kind, d.title, d.payload, d.added_by,
           ARRAY(SELECT coalesce(q.new, x.ordinal) FROM unnest(d.depends_on) WITH ORDINALITY x(ordinal, n)
                   LEFT JOIN place q ON q.ordinal = x.ordinal ORDER BY x.n) AS depends_on,
           ARRAY(SELECT coalesce(q.new, x.ordinal) FROM unnest(d.inputs) WITH ORDINALITY x(ordinal, n)
                   LEFT JOIN place q ON q.ordinal = x.ordinal ORDER BY x.n) AS inputs,
           (SELECT count(*) FROM unnest(d.depends_on) x(ordinal)
              JOIN step y ON y.task_id = p_task AND y.ordinal = x.ordinal AND y.state <> 'succeeded')::smallint AS deps_left
      FROM place p
      JOIN step s ON s.task_id = p_task AND s.ordinal = p.ordinal
      JOIN step_spec d ON d.task_id = p_task AND d.ordinal = p.ordinal),
  described AS (
    INSERT INTO step_spec (task_id, ordinal, kind, title, payload, inputs, depends_on, added_by, replaces)
    SELECT p_task, n.new, n.kind, n.title, n.payload, n.inputs, n.depends_on, n.added_by, n.old FROM spec n),
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
  v_why := CASE
    WHEN v_step.task_id IS NULL THEN 'step_not_found'
    WHEN v_step.state = 'superseded' THEN 'step_superseded'
    WHEN v_step.state <> 'succeeded' THEN 'step_not_finished'
    WHEN v_undone = '{}' THEN 'nothing_to_undo'
    WHEN v_last.generation >= c_most THEN 'too_many_rollbacks'
    WHEN EXISTS (SELECT FROM step_spec d
                  WHERE d.task_id = p_task AND d.ordinal = ANY (v_again)
                    AND EXISTS (SELECT FROM unnest(d.depends_on || d.inputs) x(o) WHERE x.o = ANY (v_undone) AND x.o <> ALL (v_again)))
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
  v_moved := v_moved || replace_steps(p_task, v_again, v_now);

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

ALTER TABLE step_spec DROP COLUMN stands_for;
