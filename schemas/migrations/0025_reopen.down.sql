DROP FUNCTION reopen_task(uuid[], step_move[], text, timestamptz);
DROP FUNCTION renew_end_steps(uuid[], timestamptz);
DROP FUNCTION next_ordinal(uuid);
DROP TABLE task_past_error;

CREATE OR REPLACE FUNCTION step_may_move(p_from step_state, p_to step_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_from
    WHEN 'blocked'   THEN p_to IN ('ready', 'cancelled')
    WHEN 'ready'     THEN p_to IN ('running', 'waiting', 'cancelled')
    WHEN 'running'   THEN p_to IN ('succeeded', 'ready', 'waiting', 'failed', 'cancelled')
    WHEN 'waiting'   THEN p_to IN ('ready', 'failed', 'cancelled')
    WHEN 'succeeded' THEN p_to = 'superseded'
    WHEN 'failed'    THEN p_to IN ('ready', 'superseded')
    ELSE false
  END
$$;

CREATE OR REPLACE FUNCTION task_may_move(p_from task_state, p_to task_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_from
    WHEN 'queued'   THEN p_to <> 'queued'
    WHEN 'planning' THEN p_to IN ('running', 'waiting', 'succeeded', 'failed', 'cancelled')
    WHEN 'running'  THEN p_to IN ('waiting', 'succeeded', 'failed', 'cancelled')
    WHEN 'waiting'  THEN p_to IN ('planning', 'running', 'succeeded', 'failed', 'cancelled')
    ELSE false
  END
$$;
