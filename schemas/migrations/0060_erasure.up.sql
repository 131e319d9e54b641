-- Erasing one person of an organisation: what they asked for goes wholly, but for what counts (the task's row and its calls of models, without
-- a name); where they had a hand in what others asked for, their name and words go. In bounded batches by a cursor that the caller keeps;
-- each may be repeated, and finds nothing more to do. Left are tasks that are not over, or kept back by a quarantine: they are told.

-- Columns of tables that name a task, which name a user of the organisation (tests/integration/store_policy holds it to that). A later
-- migration that makes such a column replaces this function.
CREATE FUNCTION person_columns() RETURNS TABLE (of_table name, named name) IMMUTABLE LANGUAGE sql AS $$
  VALUES ('checkpoint'::name, 'answered_by'::name), ('model_call', 'who'), ('plan_edit', 'made_by'), ('redrive', 'redriven_by'),
         ('task_constraint', 'changed_by'), ('task_past_error', 'reopened_by'), ('task_rollback', 'made_by')
$$;

-- Whether the event's data is of what that person did. Most of what agents say is not looked into: parsing thousands of thoughts takes seconds.
CREATE FUNCTION is_done_by(p_data text, p_who text) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE WHEN strpos(p_data, to_json(p_who)::text) > 0 THEN coalesce(p_data::jsonb ->> 'by' = p_who, false) ELSE false END
$$;

-- Which of the tasks name the person anywhere but as who asked for them.
CREATE FUNCTION tasks_that_name(p_tasks uuid[], p_who text) RETURNS SETOF uuid STABLE LANGUAGE plpgsql AS $$
DECLARE
  v_at record;
BEGIN
  FOR v_at IN SELECT c.of_table, c.named FROM person_columns() c LOOP
    RETURN QUERY EXECUTE format('SELECT DISTINCT x.task_id FROM %I x WHERE x.task_id = ANY ($1) AND x.%I = $2', v_at.of_table, v_at.named)
      USING p_tasks, p_who;
  END LOOP;
  RETURN QUERY SELECT d.task_id FROM task_spec d
                WHERE d.task_id = ANY (p_tasks)
                  AND d.context::jsonb @> jsonb_build_object('answers', jsonb_build_array(jsonb_build_object('by', p_who)));
  RETURN QUERY SELECT e.task_id FROM event e
                WHERE e.task_id = ANY (p_tasks) AND EXISTS (SELECT FROM unnest(e.data) d WHERE is_done_by(d, p_who));
END $$;

-- Of tasks that others asked for; the caller has their locks.
CREATE FUNCTION unname_person(p_tasks uuid[], p_who text, p_as text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_at record;
BEGIN
  -- What they said, too.
  UPDATE checkpoint c SET answer = '' WHERE c.task_id = ANY (p_tasks) AND c.answered_by = p_who;
  FOR v_at IN SELECT c.of_table, c.named FROM person_columns() c LOOP
    EXECUTE format('UPDATE %I x SET %I = $3 WHERE x.task_id = ANY ($1) AND x.%I = $2', v_at.of_table, v_at.named, v_at.named)
      USING p_tasks, p_who, p_as;
  END LOOP;
  UPDATE task_spec d
     SET context = jsonb_set(d.context::jsonb, '{answers}', (
           SELECT jsonb_agg(CASE WHEN a.one ->> 'by' = p_who THEN a.one || jsonb_build_object('by', p_as, 'text', '') ELSE a.one END
                            ORDER BY a.place)
             FROM jsonb_array_elements(d.context::jsonb -> 'answers') WITH ORDINALITY a(one, place)))::text
   WHERE d.task_id = ANY (p_tasks)
     AND d.context::jsonb @> jsonb_build_object('answers', jsonb_build_array(jsonb_build_object('by', p_who)));
  UPDATE event e
     SET data = ARRAY(SELECT CASE WHEN is_done_by(u.d, p_who) THEN (u.d::jsonb || jsonb_build_object('by', p_as))::text ELSE u.d END
                        FROM unnest(e.data) WITH ORDINALITY u(d, place) ORDER BY u.place)
   WHERE e.task_id = ANY (p_tasks) AND EXISTS (SELECT FROM unnest(e.data) d WHERE is_done_by(d, p_who));
END $$;

-- Of tasks that the person asked for; the caller has their locks. The row of the task and what its calls cost stay until retention takes
-- them: sums of money and counts of tasks are the same as before. The bytes of artifacts follow (expire_v1) when no link names them any more.
-- Returns how many artifacts went.
CREATE FUNCTION erase_tasks(p_tasks uuid[], p_as text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_table     name;
  v_artifacts bigint := (SELECT count(*) FROM blob_link l WHERE l.task_id = ANY (p_tasks));
BEGIN
  FOR v_table IN SELECT t.name FROM task_table t WHERE t.name NOT IN ('task', 'model_call', 'budget_use') ORDER BY t.name LOOP
    EXECUTE format('DELETE FROM %I x WHERE x.task_id = ANY ($1)', v_table) USING p_tasks;
  END LOOP;
  DELETE FROM event e WHERE e.task_id = ANY (p_tasks);
  DELETE FROM idempotency_key k WHERE k.task_id = ANY (p_tasks);
  UPDATE model_call c SET who = p_as WHERE c.task_id = ANY (p_tasks);
  RETURN v_artifacts;
END $$;

-- The next tasks of the organisation behind p_after. With p_do false it only looks. Returns where it came to (NULL: there was nothing left to
-- look at), how many of their tasks went or would go, with how many artifacts, in which repositories, how many tasks of others named them,
-- and of both kinds those that are left because they are not over, are kept back, or have a call that is not settled.
CREATE FUNCTION erase_person_tasks_v1(p_org uuid, p_who text, p_as text, p_after uuid, p_batch integer, p_do boolean)
RETURNS TABLE (came_to uuid, tasks bigint, artifacts bigint, repositories text[], named bigint, open_tasks uuid[], open_named uuid[])
LANGUAGE plpgsql AS $$
DECLARE
  v_seen   uuid[];
  v_own    uuid[];
  v_named  uuid[];
  v_closed uuid[];
BEGIN
  v_seen := ARRAY(SELECT t.task_id FROM task t WHERE t.org_id = p_org AND t.task_id > p_after ORDER BY t.org_id, t.task_id LIMIT p_batch);
  v_own := ARRAY(SELECT d.task_id FROM task_spec d WHERE d.task_id = ANY (v_seen) AND d.created_by = p_who);
  v_named := ARRAY(SELECT DISTINCT n FROM tasks_that_name(v_seen, p_who) n WHERE n <> ALL (v_own));
  v_closed := ARRAY(SELECT t.task_id FROM task t
                     WHERE t.task_id = ANY (v_own || v_named) AND t.settled_at IS NOT NULL AND NOT is_quarantined(t.task_id)
                       AND NOT EXISTS (SELECT FROM model_call c WHERE c.task_id = t.task_id AND c.state = 'held')
                     ORDER BY t.task_id FOR UPDATE);
  open_tasks := ARRAY(SELECT o FROM unnest(v_own) o WHERE o <> ALL (v_closed) ORDER BY o);
  open_named := ARRAY(SELECT o FROM unnest(v_named) o WHERE o <> ALL (v_closed) ORDER BY o);
  v_own := ARRAY(SELECT o FROM unnest(v_own) o WHERE o = ANY (v_closed));
  v_named := ARRAY(SELECT o FROM unnest(v_named) o WHERE o = ANY (v_closed));
  came_to := v_seen[cardinality(v_seen)];
  tasks := cardinality(v_own);
  named := cardinality(v_named);
  repositories := ARRAY(SELECT DISTINCT d.repository_id FROM task_spec d WHERE d.task_id = ANY (v_own));
  IF p_do THEN
    artifacts := erase_tasks(v_own, p_as);
    PERFORM unname_person(v_named, p_who, p_as);
  ELSE
    artifacts := (SELECT count(*) FROM blob_link l WHERE l.task_id = ANY (v_own));
  END IF;
  RETURN NEXT;
END $$;

-- What hangs on no task: sandboxes that are gone, versions of agents, the person's own budgets, and with p_operator what operators of that
-- name are recorded with, in every organisation. Called when no task is left. Returns how many rows of each kind, and open sandboxes, which
-- are left.
CREATE FUNCTION erase_person_rows_v1(p_org uuid, p_who text, p_as text, p_operator boolean, p_do boolean)
RETURNS TABLE (sandboxes bigint, agents bigint, budgets bigint, operator_records bigint, open_sandboxes bigint) LANGUAGE plpgsql AS $$
BEGIN
  sandboxes := (SELECT count(*) FROM sandbox s WHERE s.org_id = p_org AND s.created_by = p_who AND s.removed_at IS NOT NULL);
  open_sandboxes := (SELECT count(*) FROM sandbox s WHERE s.org_id = p_org AND s.created_by = p_who AND s.removed_at IS NULL);
  agents := (SELECT count(*) FROM agent a WHERE a.org_id = p_org AND p_who IN (a.owner, a.changed_by));
  budgets := (SELECT count(*) FROM budget_cap c WHERE c.org_id = p_org AND c.scope = 'user' AND c.who = p_who)
           + (SELECT count(*) FROM budget_use u WHERE u.org_id = p_org AND u.scope = 'user' AND u.who = p_who);
  operator_records := CASE WHEN p_operator THEN
             (SELECT count(*) FROM feature_flag f WHERE f.changed_by = p_who)
           + (SELECT count(*) FROM feature_flag_change f WHERE f.changed_by = p_who)
           + (SELECT count(*) FROM quarantine q WHERE q.ended_by = p_who) ELSE 0 END;
  IF p_do THEN
    UPDATE sandbox s SET created_by = p_as, idempotency_key = NULL
     WHERE s.org_id = p_org AND s.created_by = p_who AND s.removed_at IS NOT NULL;
    UPDATE agent a SET owner = CASE a.owner WHEN p_who THEN p_as ELSE a.owner END,
                       changed_by = CASE a.changed_by WHEN p_who THEN p_as ELSE a.changed_by END
     WHERE a.org_id = p_org AND p_who IN (a.owner, a.changed_by);
    -- As when an operator takes them away: what holds for every user is counted anew, of calls that name nobody any more.
    PERFORM set_budget_v1(p_org, p_who, 'user', c.period, NULL, NULL, true)
       FROM budget_cap c WHERE c.org_id = p_org AND c.scope = 'user' AND c.who = p_who;
    DELETE FROM budget_use u WHERE u.org_id = p_org AND u.scope = 'user' AND u.who = p_who;
    IF p_operator THEN
      UPDATE feature_flag f SET changed_by = p_as WHERE f.changed_by = p_who;
      UPDATE feature_flag_change f SET changed_by = p_as WHERE f.changed_by = p_who;
      UPDATE quarantine q SET ended_by = p_as WHERE q.ended_by = p_who;
    END IF;
  END IF;
  RETURN NEXT;
END $$;
