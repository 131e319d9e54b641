CREATE OR REPLACE FUNCTION added_by_finish(
  p_moved step_move[], p_now timestamptz, p_added_by integer[], p_ordinal smallint[], p_queue smallint[], p_kind text[], p_title text[],
  p_payload text[], p_depends_on text[], p_parents text[], p_successors text[], p_inputs text[], p_on_task_end boolean[],
  p_time_limit_ms integer[])
RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_failing uuid[] := failing_tasks(p_moved);
  v_new     new_step[];
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
  RETURN CASE WHEN v_new IS NOT NULL THEN add_steps(v_new, p_now) END;
END $$;
CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM task_constraint x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM checkpoint x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM blob_link x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM delivery x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM redrive x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM dead_letter x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM attempt x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step_spec x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_past_error x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_error x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_spec x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM event_default x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task x WHERE x.task_id = ANY (p_tasks);
END $$;
DROP FUNCTION rollback_v1(uuid, uuid, text, smallint, text);
DROP FUNCTION tell_replaced(uuid, step_move[], timestamptz);
DROP FUNCTION replace_steps(uuid, smallint[], timestamptz);
DROP FUNCTION supersede_steps(uuid, smallint[], timestamptz);
DROP FUNCTION steps_after(uuid, smallint);
ALTER TABLE step_spec DROP COLUMN replaces, DROP COLUMN added_by;
DROP TABLE task_rollback;
