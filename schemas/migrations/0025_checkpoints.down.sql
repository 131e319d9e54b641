CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
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
DROP FUNCTION expire_checkpoints_v1(integer);
CREATE OR REPLACE FUNCTION resume_v1(p_org uuid, p_task uuid, p_by text) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_task  task;
  v_now   timestamptz;
  v_moved step_move[];
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_task.finished_at IS NOT NULL OR NOT v_task.paused THEN
    RETURN NEXT steer_answer(p_task, CASE WHEN v_task.finished_at IS NULL THEN 0 ELSE 2 END,
                             CASE WHEN v_task.finished_at IS NULL THEN v_task.state::text ELSE 'task_final' END, v_task.state::text);
    RETURN;
  END IF;
  v_now := clock_timestamp();
  UPDATE task SET paused = false WHERE task_id = p_task;
  WITH moved AS (
    UPDATE step s SET state = 'ready', announces = 0, announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
     WHERE s.task_id = p_task AND s.state = 'waiting' AND s.due_at IS NULL AND NOT s.on_task_end
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, false, '{}', 1)::step_move)
    INTO v_moved FROM moved m;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, NULL);
  RETURN QUERY SELECT * FROM tell_steered(p_task, v_moved, jsonb_build_object('action', 'resumed', 'by', p_by), v_now);
END $$;
DROP FUNCTION answer_v1(uuid, uuid, text, smallint, text, text, text);
DROP FUNCTION asked_before(uuid, smallint, bigint);
DROP FUNCTION ask_v1(uuid, uuid, smallint, bigint, text, text, text, bigint, "char", text, text, text, text, bigint, bigint, text[], text[]);
DROP FUNCTION judge_question(task, step, checkpoint);
DROP FUNCTION hand_answer(checkpoint);
DROP FUNCTION checkpoint_id(smallint, text);
-- Nobody could answer them.
UPDATE step s SET state = 'ready', announced_at = NULL, announces = 0
  FROM checkpoint c, task t
 WHERE c.expires_at IS NOT NULL AND t.task_id = c.task_id AND NOT t.paused
   AND s.task_id = c.task_id AND s.ordinal = c.ordinal AND s.state = 'waiting';
UPDATE attempt SET outcome = 'handed_back' WHERE outcome = 'asked';
ALTER TABLE attempt DROP CONSTRAINT attempt_outcome_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_outcome_check CHECK (outcome IN (
  'succeeded', 'failed', 'retry', 'handed_back', 'left', 'crashed', 'forgotten', 'timed_out', 'cancelled'));
DROP TABLE checkpoint;
