-- What agents know between two rounds, once more: kept under a lock, and gone with its use.

-- As keep_state_v1, and until it commits nobody takes the step away: a worker that lost it while it looked could else write behind who has
-- it now.
CREATE FUNCTION keep_state_v2(p_task uuid, p_sha256 bytea, p_name text, p_ordinal smallint, p_attempt smallint, p_epoch bigint, p_kind text,
  p_size bigint, p_cap bigint, p_keep integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal FOR SHARE;
  -- A statement of its own, which sees what the lock has waited for.
  RETURN keep_state_v1(p_task, p_sha256, p_name, p_ordinal, p_attempt, p_epoch, p_kind, p_size, p_cap, p_keep);
END $$;

CREATE INDEX blob_link_state ON blob_link (task_id) WHERE kind = 'agent_state';
ALTER TABLE retention_memory ADD COLUMN state_cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- Of a step that has succeeded: whether nobody will go on with what it knew. Who took its place has kept a state of its own, or nobody took
-- it. A step that gives up knows nothing itself: what it stands for is needed until whoever goes on behind it knows more.
CREATE FUNCTION state_is_served(p_task uuid, p_ordinal smallint) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
  v_next record;
BEGIN
  SELECT d.ordinal, d.kind, s.state INTO v_next
    FROM step_spec d JOIN step s ON s.task_id = d.task_id AND s.ordinal = d.ordinal
   WHERE d.task_id = p_task AND d.stands_for = p_ordinal AND s.state <> 'superseded' LIMIT 1;
  IF NOT FOUND THEN RETURN true; END IF;
  IF v_next.kind = 'give_up' THEN RETURN v_next.state = 'succeeded' AND state_is_served(p_task, v_next.ordinal); END IF;
  RETURN EXISTS (SELECT FROM blob_link l WHERE l.task_id = p_task AND l.ordinal = v_next.ordinal AND l.kind = 'agent_state');
END $$;

-- States that have served go: those of steps that others go on for, and all of tasks that are over. Those of a failed task stay with it,
-- because a redrive goes on with them. A walk like those of retention: returns how many tasks were looked at. The bytes follow (expire_v1).
CREATE FUNCTION expire_states_v1(p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_seen uuid[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(727108) THEN RETURN 0; END IF;
  v_seen := ARRAY(SELECT DISTINCT l.task_id FROM blob_link l
                   WHERE l.kind = 'agent_state' AND l.task_id > (SELECT m.state_cursor FROM retention_memory m)
                   ORDER BY l.task_id LIMIT p_batch);
  DELETE FROM blob_link x
   USING (SELECT l.task_id, l.sha256, l.name
            FROM blob_link l
            LEFT JOIN task t ON t.task_id = l.task_id
            LEFT JOIN step s ON s.task_id = l.task_id AND s.ordinal = l.ordinal
           WHERE l.task_id = ANY (v_seen) AND l.kind = 'agent_state'
             AND (t.task_id IS NULL OR t.settled_at IS NOT NULL AND t.state <> 'failed' OR s.state = 'superseded'
                  OR s.state = 'succeeded' AND state_is_served(l.task_id, l.ordinal))) o
   WHERE x.task_id = o.task_id AND x.sha256 = o.sha256 AND x.name = o.name AND x.kind = 'agent_state';
  UPDATE retention_memory m
     SET state_cursor = CASE WHEN cardinality(v_seen) < p_batch THEN '00000000-0000-0000-0000-000000000000'::uuid
                             ELSE v_seen[cardinality(v_seen)] END
   WHERE v_seen <> '{}' OR m.state_cursor <> '00000000-0000-0000-0000-000000000000';
  RETURN cardinality(v_seen);
END $$;
