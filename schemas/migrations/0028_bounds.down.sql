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
  v_added := add_steps(v_new, p_now);
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.ordinal <> 0) THEN
    UPDATE step_spec d SET added_by = m.ordinal
      FROM unnest(v_new) a JOIN unnest(p_moved) m ON m.place = a.place
     WHERE m.ordinal <> 0 AND d.task_id = a.task_id AND d.ordinal = a.ordinal;
  END IF;
  RETURN v_added;
END $$;
DROP FUNCTION check_growth(new_step[]);
DROP FUNCTION depth_with(uuid, new_step[], integer);
