DROP FUNCTION renew_v2(uuid, smallint, text, integer, integer, bigint, uuid[], smallint[], smallint[], smallint[], bigint[]);
DROP FUNCTION resume_v1(uuid, uuid, text);
DROP FUNCTION pause_v1(uuid, uuid, text);
DROP FUNCTION steer_answer(uuid, bigint, text, text);
DROP FUNCTION tell_steered(uuid, step_move[], jsonb, timestamptz);
CREATE OR REPLACE FUNCTION settle_v1(p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_failing  uuid[] := p_fail;
  v_all      step_move[] := coalesce(p_moved, '{}');
  v_verdicts verdict[];
BEGIN
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.state = 'failed') THEN
    v_failing := v_failing || failing_tasks(p_moved);
  END IF;
  IF v_failing <> '{}' THEN
    INSERT INTO task_error (task_id, org_id, category, code, message, hint, details)
    SELECT t.task_id, t.org_id, r.category, r.code, r.message, r.hint, r.details
      FROM unnest(p_reasons) r JOIN task t ON t.task_id = r.task_id
     WHERE r.task_id = ANY (v_failing)
        ON CONFLICT (task_id) DO NOTHING;
    v_all := v_all || cut_tasks(v_failing);
  END IF;
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.successors <> '{}') THEN
    v_all := v_all || promote_dependents(p_moved, v_failing, p_now);
  END IF;
  v_verdicts := judge_tasks(v_all, v_failing, p_stop);
  IF EXISTS (SELECT FROM unnest(v_verdicts) v WHERE v.was <> v.becomes AND v.becomes IN ('succeeded', 'failed', 'cancelled')) THEN
    v_all := v_all || promote_end_steps(v_verdicts, p_now);
  END IF;

  RETURN QUERY SELECT * FROM tell(v_all, p_said, v_verdicts, p_now);
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(v_all) m JOIN task_spec t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND m.announced
     ORDER BY m.task_id, m.ordinal;
END $$;
DROP FUNCTION park_paused(step_move[]);
-- Nobody could resume them.
UPDATE step s SET state = 'ready', announced_at = NULL, announces = 0
  FROM task t WHERE t.paused AND s.task_id = t.task_id AND s.state = 'waiting' AND s.due_at IS NULL;
ALTER TABLE task DROP COLUMN paused;
