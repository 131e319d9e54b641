-- Bounds of a graph that grows: how many steps a task may have, and how many in a row. A finish that would pass them is refused as a whole; the
-- caller finds the one that is to blame and fails its step. The numbers are those of the caller's configuration (settings of its connection).

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

-- Asked by added_by_finish.
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
