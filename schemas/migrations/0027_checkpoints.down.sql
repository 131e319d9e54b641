DROP FUNCTION expire_checkpoints_v1(integer);
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
