-- A plan is edited while its steps run, and what a plan forbids goes with the plan.

-- What stands, as before, is own and plan's together; NULL in plan_avoid_files: no plan has forbidden anything, and all is the task's own.
ALTER TABLE task_constraint
  ADD COLUMN own_avoid_files       text,    -- JSON array: at submit, and what people have added since
  ADD COLUMN own_max_files_changed bigint,
  ADD COLUMN plan_avoid_files      text,    -- JSON array: of the plan that is in force
  ADD COLUMN plan_max_files_changed bigint;

-- Without what the plan adds: {"avoid_files":[...]} and, where there is one, "max_files_changed". Under the task's lock, or for readers.
CREATE FUNCTION own_constraints(p_task uuid) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN coalesce(
    (SELECT jsonb_strip_nulls(jsonb_build_object('avoid_files', c.own_avoid_files::jsonb, 'max_files_changed', c.own_max_files_changed))
       FROM task_constraint c WHERE c.task_id = p_task AND c.plan_avoid_files IS NOT NULL),
    (SELECT jsonb_strip_nulls(jsonb_build_object('avoid_files', coalesce(x.old -> 'avoid_files', '[]'),
                                                 'max_files_changed', x.old -> 'max_files_changed'))
       FROM (SELECT d.context::jsonb AS old FROM task_spec d WHERE d.task_id = p_task) x));
END $$;

-- Of the plan, alike; NULL: it forbids nothing.
CREATE FUNCTION plan_constraints(p_task uuid) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT jsonb_strip_nulls(jsonb_build_object('avoid_files', c.plan_avoid_files::jsonb, 'max_files_changed', c.plan_max_files_changed))
      FROM task_constraint c WHERE c.task_id = p_task AND c.plan_avoid_files IS NOT NULL);
END $$;

-- What both forbid: the task's own globs first, the smaller number.
CREATE FUNCTION joined_constraints(p_own jsonb, p_plan jsonb) RETURNS jsonb IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'avoid_files', (p_own -> 'avoid_files') || coalesce(
      (SELECT jsonb_agg(n.glob ORDER BY n.place)
         FROM (SELECT a.glob, min(a.place) AS place
                 FROM jsonb_array_elements_text(coalesce(p_plan -> 'avoid_files', '[]')) WITH ORDINALITY a(glob, place)
                WHERE NOT (p_own -> 'avoid_files') ? a.glob GROUP BY a.glob) n), '[]'),
    'max_files_changed', least((p_own ->> 'max_files_changed')::bigint, (p_plan ->> 'max_files_changed')::bigint)));
END $$;

-- Writes both where claims and renewals find them; returns what stands now. Under the task's lock.
CREATE FUNCTION put_constraints(p_task uuid, p_own jsonb, p_plan jsonb, p_by text, p_now timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_stands jsonb := joined_constraints(p_own, p_plan);
BEGIN
  UPDATE task_spec d SET context = (d.context::jsonb - 'max_files_changed' || v_stands)::text WHERE d.task_id = p_task;
  INSERT INTO task_constraint (task_id, avoid_files, max_files_changed, changed_at, changed_by, own_avoid_files, own_max_files_changed,
                               plan_avoid_files, plan_max_files_changed)
  VALUES (p_task, (v_stands -> 'avoid_files')::text, (v_stands ->> 'max_files_changed')::bigint, p_now, p_by,
          CASE WHEN p_plan IS NOT NULL THEN (p_own -> 'avoid_files')::text END,
          CASE WHEN p_plan IS NOT NULL THEN (p_own ->> 'max_files_changed')::bigint END,
          (p_plan -> 'avoid_files')::text, (p_plan ->> 'max_files_changed')::bigint)
      ON CONFLICT (task_id) DO UPDATE
     SET avoid_files = excluded.avoid_files, max_files_changed = excluded.max_files_changed, changed_at = excluded.changed_at,
         changed_by = excluded.changed_by, own_avoid_files = excluded.own_avoid_files,
         own_max_files_changed = excluded.own_max_files_changed, plan_avoid_files = excluded.plan_avoid_files,
         plan_max_files_changed = excluded.plan_max_files_changed;
  RETURN v_stands;
END $$;

-- As before; a plan's part stays apart. More than what stands is refused also where the number is the plan's.
CREATE OR REPLACE FUNCTION constrain_v1(p_org uuid, p_task uuid, p_by text, p_avoid text[], p_max bigint) RETURNS SETOF news
LANGUAGE plpgsql AS $$
DECLARE
  c_most constant integer := 256;  -- globs of a task, as at submit
  v_now    timestamptz;
  v_task   task;
  v_old    jsonb;
  v_own    jsonb;
  v_plan   jsonb;
  v_stands jsonb;
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_task.finished_at IS NOT NULL THEN
    RETURN NEXT steer_answer(p_task, 2, 'task_final', v_task.state::text);
    RETURN;
  END IF;
  v_now := clock_timestamp();
  v_old := own_constraints(p_task);
  v_plan := plan_constraints(p_task);
  v_stands := joined_constraints(v_old, v_plan);
  IF p_max > (v_stands ->> 'max_files_changed')::bigint THEN
    RETURN NEXT steer_answer(p_task, 2, 'constraint_loosens', v_stands ->> 'max_files_changed');
    RETURN;
  END IF;
  v_own := joined_constraints(v_old, jsonb_strip_nulls(jsonb_build_object('avoid_files', to_jsonb(p_avoid), 'max_files_changed', p_max)));
  v_stands := joined_constraints(v_own, v_plan);
  IF jsonb_array_length(v_stands -> 'avoid_files') > c_most THEN
    RETURN NEXT steer_answer(p_task, 2, 'too_many_constraints', c_most::text);
    RETURN;
  END IF;
  IF v_own = v_old THEN
    RETURN NEXT steer_answer(p_task, 0, v_task.state::text, v_stands::text);
    RETURN;
  END IF;
  v_stands := put_constraints(p_task, v_own, v_plan, p_by, v_now);
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, v_stands::text);
  RETURN QUERY SELECT * FROM tell_steered(
    p_task, '{}', jsonb_build_object('action', 'constrained', 'by', p_by, 'constraints', v_stands), v_now);
END $$;

-- What the plan forbids that is in force now, in the place of what an earlier one did; nothing at all where it forbids nothing. NULL: the
-- globs would be too many.
CREATE FUNCTION put_plan_constraints(p_task uuid, p_avoid text[], p_max bigint, p_by text, p_now timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  c_most constant integer := 256;  -- globs of a task, as at submit
  v_own  jsonb := own_constraints(p_task);
  v_plan jsonb;
BEGIN
  IF p_avoid <> '{}' OR p_max IS NOT NULL THEN
    v_plan := jsonb_strip_nulls(jsonb_build_object('avoid_files', to_jsonb(p_avoid), 'max_files_changed', p_max));
  END IF;
  IF jsonb_array_length(joined_constraints(v_own, v_plan) -> 'avoid_files') > c_most THEN RETURN NULL; END IF;
  IF v_plan IS NOT DISTINCT FROM plan_constraints(p_task) THEN RETURN joined_constraints(v_own, v_plan); END IF;
  RETURN put_constraints(p_task, v_own, v_plan, p_by, p_now);
END $$;

-- By the step that plans, as long as it holds its lease: an attempt that is overtaken leaves nothing behind. Refused: task_final, lease_lost,
-- too_many_constraints. The body of the answer is what stands now.
CREATE FUNCTION constrain_by_plan_v1(
  p_org uuid, p_task uuid, p_by text, p_ordinal smallint, p_epoch bigint, p_avoid text[], p_max bigint)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now    timestamptz;
  v_task   task;
  v_before jsonb;
  v_stands jsonb;
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_task.finished_at IS NOT NULL THEN
    RETURN NEXT steer_answer(p_task, 2, 'task_final', v_task.state::text);
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'running'
                    AND s.lease_epoch = p_epoch) THEN
    RETURN NEXT steer_answer(p_task, 2, 'lease_lost', v_task.state::text);
    RETURN;
  END IF;
  v_now := clock_timestamp();
  v_before := joined_constraints(own_constraints(p_task), plan_constraints(p_task));
  v_stands := put_plan_constraints(p_task, p_avoid, p_max, p_by, v_now);
  IF v_stands IS NULL OR v_stands = v_before THEN
    RETURN NEXT steer_answer(p_task, CASE WHEN v_stands IS NULL THEN 2 ELSE 0 END,
                             CASE WHEN v_stands IS NULL THEN 'too_many_constraints' ELSE v_task.state::text END, v_stands::text);
    RETURN;
  END IF;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, v_stands::text);
  RETURN QUERY SELECT * FROM tell_steered(
    p_task, '{}', jsonb_build_object('action', 'constrained', 'by', p_by, 'constraints', v_stands), v_now);
END $$;

-- Who changed a plan that was followed, and what it was before.
CREATE TABLE plan_edit (
  task_id    uuid NOT NULL,
  generation smallint NOT NULL CHECK (generation > 0),
  ordinal    smallint NOT NULL,      -- the step that had planned: its output holds the plan that is in force
  was        text NOT NULL,          -- that output before
  made_by    text NOT NULL,
  made_at    timestamptz NOT NULL,
  answer     text NOT NULL,          -- JSON: what was answered, for those who ask again
  PRIMARY KEY (task_id, generation)
);
INSERT INTO task_table (name) VALUES ('plan_edit');

-- Another plan in the place of the one that is followed: p_was is the output of the step p_step that had planned, p_becomes what it is to be.
-- The caller has computed from both, and from the steps as they stood up to ordinal p_highest, which of them are superseded and which added;
-- what has moved since in a way that matters is refused, and he computes again. Refused: task_final, plan_changed (the plan is another one),
-- plan_steps_moved (steps were added meanwhile, or one of p_superseded was claimed), too_many_plan_edits, too_many_constraints. The body of
-- the answer: superseded, added. A plan that stands already is no change.
CREATE FUNCTION edit_plan_v1(
  p_org uuid, p_task uuid, p_by text, p_step smallint, p_was text, p_becomes text, p_highest smallint, p_superseded smallint[],
  p_avoid text[], p_max bigint, p_ordinal smallint[], p_queue smallint[], p_kind text[], p_title text[], p_payload text[],
  p_depends_on text[], p_parents text[], p_successors text[], p_inputs text[], p_time_limit_ms integer[], p_replaces smallint[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_most  constant integer := 30;   -- edits of a task's plan
  c_globs constant integer := 256;  -- globs of a task, as at submit
  v_now    timestamptz;
  v_task   task;
  v_stands text;
  v_last   plan_edit;
  v_new    new_step[];
  v_moved  step_move[];
  v_why    text;
  v_answer text;
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  v_now := clock_timestamp();
  SELECT * INTO v_last FROM plan_edit e WHERE e.task_id = p_task ORDER BY e.generation DESC LIMIT 1;
  v_stands := (SELECT s.output FROM step s WHERE s.task_id = p_task AND s.ordinal = p_step AND s.state = 'succeeded');
  IF v_stands = p_becomes THEN
    RETURN NEXT steer_answer(p_task, 0, v_task.state::text, coalesce(v_last.answer, '{"superseded":[],"added":[]}'));
    RETURN;
  END IF;
  -- A claim takes no task lock, but ready rows only.
  PERFORM 1 FROM step s WHERE s.task_id = p_task AND s.ordinal = ANY (p_superseded) AND s.state = 'ready' ORDER BY s.ordinal FOR UPDATE;
  v_why := CASE
    WHEN v_task.finished_at IS NOT NULL THEN 'task_final'
    WHEN v_stands IS DISTINCT FROM p_was THEN 'plan_changed'
    WHEN v_last.generation >= c_most THEN 'too_many_plan_edits'
    WHEN (SELECT max(s.ordinal) FROM step s WHERE s.task_id = p_task) <> p_highest
      OR EXISTS (SELECT FROM step s WHERE s.task_id = p_task AND s.ordinal = ANY (p_superseded)
                    AND (s.claimed_at IS NOT NULL OR s.state NOT IN ('blocked', 'ready', 'waiting')))
      OR EXISTS (SELECT FROM unnest(p_parents, p_inputs) n(parents, inputs)
                   JOIN step s ON s.task_id = p_task AND s.ordinal = ANY (n.parents::smallint[] || n.inputs::smallint[])
                  WHERE s.state = 'superseded')
      THEN 'plan_steps_moved' END;
  IF v_why IS NULL THEN
    v_why := CASE WHEN put_plan_constraints(p_task, p_avoid, p_max, p_by, v_now) IS NULL THEN 'too_many_constraints' END;
  END IF;
  IF v_why IS NOT NULL THEN
    RETURN NEXT steer_answer(p_task, 2, v_why, CASE v_why WHEN 'too_many_constraints' THEN c_globs::text ELSE v_task.state::text END);
    RETURN;
  END IF;

  v_moved := supersede_steps(p_task, p_superseded, v_now);
  -- For check_growth; a task that has not ended has something open at every moment.
  UPDATE task t SET known_steps = t.known_steps - cardinality(p_superseded),
                    open_steps = greatest(t.open_steps - cardinality(p_superseded), 1)
   WHERE t.task_id = p_task;
  v_new := ARRAY(
    SELECT (p_task, 1, a.ordinal, a.queue, a.kind, a.title, a.payload, a.depends_on::smallint[], a.parents::smallint[],
            a.successors::smallint[], a.inputs::smallint[], false, a.time_limit_ms)::new_step
      FROM unnest(p_ordinal, p_queue, p_kind, p_title, p_payload, p_depends_on, p_parents, p_successors, p_inputs, p_time_limit_ms)
           a(ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, time_limit_ms));
  PERFORM check_growth(v_new);
  -- The counters are taken from the rows in the end: none of it counts as added then.
  v_moved := v_moved || ARRAY(
    SELECT (m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempt, m.announced, false, false, '{}', m.ordinal)::step_move
      FROM unnest(add_steps(v_new, v_now)) m);
  UPDATE step_spec d SET replaces = r.replaces
    FROM unnest(p_ordinal, p_replaces) r(ordinal, replaces)
   WHERE d.task_id = p_task AND d.ordinal = r.ordinal AND r.replaces >= 0;
  UPDATE step s SET output = p_becomes WHERE s.task_id = p_task AND s.ordinal = p_step;

  v_answer := jsonb_build_object('superseded', to_jsonb(p_superseded), 'added', to_jsonb(p_ordinal))::text;
  INSERT INTO plan_edit (task_id, generation, ordinal, was, made_by, made_at, answer)
  VALUES (p_task, coalesce(v_last.generation, 0) + 1, p_step, p_was, p_by, v_now, v_answer);
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, v_answer);
  RETURN QUERY SELECT * FROM tell_steered(
    p_task, '{}', jsonb_build_object('action', 'plan_edited', 'by', p_by) || v_answer::jsonb, v_now);
  RETURN QUERY SELECT * FROM tell_replaced(p_task, v_moved, v_now);
END $$;
