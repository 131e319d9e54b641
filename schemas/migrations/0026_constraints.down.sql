CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
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
DROP FUNCTION constrain_v1(uuid, uuid, text, text[], bigint);
CREATE OR REPLACE FUNCTION renew_v2(
  p_worker uuid, p_queue smallint, p_host text, p_slots integer, p_busy integer, p_lease_ms bigint, p_task uuid[], p_ordinal smallint[],
  p_mark_queue smallint[], p_mark_lane smallint[], p_mark_us bigint[])
RETURNS TABLE (what text, task_id uuid, ordinal smallint, lease_epoch bigint, body text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT r.what, r.task_id, r.ordinal, r.lease_epoch, NULL::text
      FROM renew_v1(p_worker, p_queue, p_host, p_slots, p_busy, p_lease_ms, p_task, p_ordinal, p_mark_queue, p_mark_lane, p_mark_us) r;
  RETURN QUERY
    SELECT 'paused', h.task_id, h.ordinal, 0::bigint, NULL::text
      FROM unnest(p_task, p_ordinal) h(task_id, ordinal) JOIN task t ON t.task_id = h.task_id
     WHERE t.paused;
END $$;
DROP TABLE task_constraint;
