DROP FUNCTION edit_plan_v1, constrain_by_plan_v1, put_plan_constraints;
DELETE FROM task_table WHERE name = 'plan_edit';
DROP TABLE plan_edit;
-- constrain: only tightens. Refused: task_final, constraint_loosens (a greater max_files_changed than what stands), too_many_constraints.
-- The body of the answer is what stands now.
CREATE OR REPLACE FUNCTION constrain_v1(p_org uuid, p_task uuid, p_by text, p_avoid text[], p_max bigint) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_most constant integer := 256;  -- globs of a task, as at submit
  v_now    timestamptz;
  v_task   task;
  v_old    jsonb;
  v_avoid  jsonb;
  v_max    bigint;
  v_stands text;
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_task.finished_at IS NOT NULL THEN
    RETURN NEXT steer_answer(p_task, 2, 'task_final', v_task.state::text);
    RETURN;
  END IF;
  v_now := clock_timestamp();
  SELECT d.context::jsonb INTO v_old FROM task_spec d WHERE d.task_id = p_task;
  v_max := (v_old ->> 'max_files_changed')::bigint;
  IF p_max > v_max THEN
    RETURN NEXT steer_answer(p_task, 2, 'constraint_loosens', v_max::text);
    RETURN;
  END IF;
  v_max := coalesce(p_max, v_max);
  v_avoid := coalesce(v_old -> 'avoid_files', '[]');
  SELECT v_avoid || coalesce(jsonb_agg(n.glob ORDER BY n.place), '[]') INTO v_avoid
    FROM (SELECT a.glob, min(a.place) AS place FROM unnest(p_avoid) WITH ORDINALITY a(glob, place)
           WHERE NOT v_avoid ? a.glob GROUP BY a.glob) n;
  IF jsonb_array_length(v_avoid) > c_most THEN
    RETURN NEXT steer_answer(p_task, 2, 'too_many_constraints', c_most::text);
    RETURN;
  END IF;

  v_stands := jsonb_strip_nulls(jsonb_build_object('avoid_files', v_avoid, 'max_files_changed', v_max))::text;
  IF v_avoid = coalesce(v_old -> 'avoid_files', '[]') AND v_max IS NOT DISTINCT FROM (v_old ->> 'max_files_changed')::bigint THEN
    RETURN NEXT steer_answer(p_task, 0, v_task.state::text, v_stands);
    RETURN;
  END IF;
  UPDATE task_spec d SET context = (v_old || v_stands::jsonb)::text WHERE d.task_id = p_task;
  INSERT INTO task_constraint (task_id, avoid_files, max_files_changed, changed_at, changed_by)
  VALUES (p_task, v_avoid::text, v_max, v_now, p_by)
      ON CONFLICT (task_id) DO UPDATE
     SET avoid_files = excluded.avoid_files, max_files_changed = excluded.max_files_changed, changed_at = excluded.changed_at,
         changed_by = excluded.changed_by;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, v_stands);
  RETURN QUERY SELECT * FROM tell_steered(
    p_task, '{}', jsonb_build_object('action', 'constrained', 'by', p_by, 'constraints', v_stands::jsonb), v_now);
END $$;
DROP FUNCTION put_constraints, joined_constraints, plan_constraints, own_constraints;
ALTER TABLE task_constraint
  DROP COLUMN own_avoid_files, DROP COLUMN own_max_files_changed, DROP COLUMN plan_avoid_files, DROP COLUMN plan_max_files_changed;
