-- Bounds of a graph that grows: how many steps a task may have, and how many in a row. A finish that would pass them is refused as a whole; the caller
-- finds the one that is to blame and fails its step. The numbers are those of the caller's configuration (settings of its connection).

-- The longest way through a task's graph with these steps added, or p_most + 1 when it is longer than p_most.
CREATE FUNCTION depth_with(p_task uuid, p_steps new_step[], p_most integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    WITH RECURSIVE edge AS (
      SELECT d.ordinal, x.before
        FROM step_spec d
        JOIN step s ON s.task_id = d.task_id AND s.ordinal = d.ordinal AND s.state <> 'superseded'
       CROSS JOIN LATERAL unnest(d.depends_on) x(before)
       WHERE d.task_id = p_task
       UNION ALL
      SELECT a.ordinal, x.before FROM unnest(p_steps) a CROSS JOIN LATERAL unnest(a.depends_on) x(before) WHERE a.task_id = p_task),
    way(ordinal, length) AS (  -- each step once a length, so that many ways to it cost as much as one
      SELECT e.before, 1 FROM edge e
       UNION
      SELECT e.ordinal, w.length + 1 FROM way w JOIN edge e ON e.before = w.ordinal WHERE w.length <= p_most)
    SELECT coalesce(max(w.length), 1) FROM way w);
END $$;

CREATE FUNCTION check_growth(p_steps new_step[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_most_steps integer := coalesce(nullif(current_setting('argosy.max_task_steps', true), '')::integer, 512);
  v_most_depth integer := coalesce(nullif(current_setting('argosy.max_task_depth', true), '')::integer, 128);
  v_large      record;
BEGIN
  -- A task with fewer steps than may stand in a row needs no look at its graph.
  FOR v_large IN
    SELECT t.task_id, t.known_steps + count(*) AS steps
      FROM unnest(p_steps) a JOIN task t ON t.task_id = a.task_id
     WHERE NOT a.on_task_end
     GROUP BY t.task_id HAVING t.known_steps + count(*) > least(v_most_steps, v_most_depth)
  LOOP
    IF v_large.steps > v_most_steps THEN
      RAISE EXCEPTION 'the task would have % steps, % are allowed', v_large.steps, v_most_steps USING ERRCODE = 'AR002';
    ELSIF depth_with(v_large.task_id, p_steps, v_most_depth) > v_most_depth THEN
      RAISE EXCEPTION 'more than % steps of the task would stand in a row', v_most_depth USING ERRCODE = 'AR002';
    END IF;
  END LOOP;
END $$;

-- As before, within those bounds.
CREATE OR REPLACE FUNCTION added_by_finish(
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
