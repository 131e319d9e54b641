DROP FUNCTION resume_v1(uuid, uuid, text);
DROP FUNCTION pause_v1(uuid, uuid, text);
DROP FUNCTION steer_answer(uuid, bigint, text, text);
DROP FUNCTION tell_steered(uuid, step_move[], jsonb, timestamptz);
DROP FUNCTION park_paused(step_move[]);
-- Nobody could resume them.
UPDATE step s SET state = 'ready', announced_at = NULL, announces = 0
  FROM task t WHERE t.paused AND s.task_id = t.task_id AND s.state = 'waiting' AND s.due_at IS NULL;
ALTER TABLE task DROP COLUMN paused;
