-- Honest ends: what agents know between two rounds is kept under a lock, and goes with its use; what a security matter was found in is kept
-- back; a graph grows by detours without getting deeper, and an agent knows how far.

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
           WHERE l.task_id = ANY (v_seen) AND l.kind = 'agent_state' AND NOT is_quarantined(l.task_id)
             AND (t.task_id IS NULL OR t.settled_at IS NOT NULL AND t.state <> 'failed' OR s.state = 'superseded'
                  OR s.state = 'succeeded' AND state_is_served(l.task_id, l.ordinal))) o
   WHERE x.task_id = o.task_id AND x.sha256 = o.sha256 AND x.name = o.name AND x.kind = 'agent_state';
  UPDATE retention_memory m
     SET state_cursor = CASE WHEN cardinality(v_seen) < p_batch THEN '00000000-0000-0000-0000-000000000000'::uuid
                             ELSE v_seen[cardinality(v_seen)] END
   WHERE v_seen <> '{}' OR m.state_cursor <> '00000000-0000-0000-0000-000000000000';
  RETURN cardinality(v_seen);
END $$;

-- Security matters (category D): what the task has made is kept back from everybody until an operator has looked at it. Its logs are not,
-- which are redacted as they are written and tell what happened. It is the task's and not the step's, because what is found in one step
-- (a secret in the diff, by the git worker) was made by others.
CREATE TABLE quarantine (
  task_id     uuid NOT NULL,
  ordinal     smallint NOT NULL,  -- of the step that met it, with its lease
  lease_epoch bigint NOT NULL,
  org_id      uuid NOT NULL,
  code        text NOT NULL,
  message     text NOT NULL,
  began_at    timestamptz NOT NULL,
  ended_at    timestamptz,
  ended_by    text,
  outcome     text CHECK (outcome IN ('released', 'purged')),
  PRIMARY KEY (task_id, ordinal, lease_epoch),
  CHECK ((ended_at IS NULL) = (outcome IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX quarantine_open ON quarantine (began_at) WHERE ended_at IS NULL;
INSERT INTO task_table (name) VALUES ('quarantine');

CREATE FUNCTION is_quarantined(p_task uuid) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT FROM quarantine q WHERE q.task_id = p_task AND q.ended_at IS NULL);
END $$;

-- As before, and a step that failed by a security matter puts its task into quarantine.
CREATE OR REPLACE FUNCTION settle_attempts(
  p_moved step_move[], p_added step_move[], p_said said[], p_now timestamptz, p_worker uuid, p_epoch bigint[], p_outcome text[],
  p_category "char"[], p_code text[], p_message text[], p_hint text[], p_details text[], p_started_ms bigint[], p_finished_ms bigint[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_news news[];
BEGIN
  SELECT array_agg(told) INTO v_news
    FROM settle_v2(
      p_moved || p_added, p_said,
      ARRAY(SELECT (m.task_id, m.ordinal, p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place],
                    p_details[m.place])::reason
              FROM unnest(p_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.place),
      '{}', '{}', p_now) told;
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT m.task_id, m.ordinal, p_epoch[m.place], m.attempt + (p_outcome[m.place] = 'handed_back')::integer, p_worker,
         to_timestamp(p_started_ms[m.place] / 1000.0), to_timestamp(p_finished_ms[m.place] / 1000.0),
         p_outcome[m.place], p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place], p_details[m.place], s.first_seq,
           s.last_seq
    FROM unnest(p_moved) m
    JOIN (SELECT n.task_id, min(n.n) AS first_seq, max(n.n + n.ordinal - 1) AS last_seq FROM unnest(v_news) n WHERE n.what = 3
           GROUP BY n.task_id) s ON s.task_id = m.task_id
   WHERE p_outcome[m.place] <> 'succeeded';
  IF 'D' = ANY (p_category) THEN
    INSERT INTO quarantine (task_id, ordinal, lease_epoch, org_id, code, message, began_at)
    SELECT m.task_id, m.ordinal, p_epoch[m.place], t.org_id, p_code[m.place], p_message[m.place], p_now
      FROM unnest(p_moved) m JOIN task t ON t.task_id = m.task_id WHERE p_category[m.place] = 'D' AND m.state = 'failed';
  END IF;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

-- An operator's end of it: 'released', or 'purged', with all that was kept back. How many artifacts that were; NULL: nothing is kept back.
CREATE FUNCTION end_quarantine_v1(p_task uuid, p_outcome text, p_by text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_all  bigint;
  v_gone bytea[];
BEGIN
  PERFORM FROM task t WHERE t.task_id = p_task FOR UPDATE;
  -- What they are about to put would be kept back by nobody.
  IF EXISTS (SELECT FROM step s WHERE s.task_id = p_task AND s.state = 'running' AND NOT s.on_task_end) THEN RETURN -1; END IF;
  UPDATE quarantine q SET ended_at = clock_timestamp(), ended_by = p_by, outcome = p_outcome WHERE q.task_id = p_task AND q.ended_at IS NULL;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT count(*), array_agg(l.sha256) INTO v_all, v_gone FROM blob_link l WHERE l.task_id = p_task AND l.kind <> 'log';
  IF p_outcome = 'purged' THEN
    DELETE FROM blob_link l WHERE l.task_id = p_task AND l.kind <> 'log';
    -- But for those that somebody may have put just now and is about to link: put_chunks_v1 renews kept_at.
    DELETE FROM blob_chunk c
     WHERE c.sha256 = ANY (v_gone) AND c.kept_at < clock_timestamp() - interval '1 minute'
       AND NOT EXISTS (SELECT FROM blob_link l WHERE l.sha256 = c.sha256);
  END IF;
  RETURN v_all;
END $$;

-- Retention again, which waits for the operator.
CREATE OR REPLACE FUNCTION retire_tasks(p_before timestamptz, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_seen uuid[];
  v_gone uuid[];
BEGIN
  v_seen := ARRAY(SELECT t.task_id FROM task t
                   WHERE t.task_id > (SELECT m.task_cursor FROM retention_memory m) AND t.task_id < uuid_at(p_before)
                   ORDER BY t.task_id LIMIT p_batch);
  -- The condition is asked again of the row as it is once we have its lock: a redrive may have opened it.
  v_gone := ARRAY(SELECT t.task_id FROM task t WHERE t.task_id = ANY (v_seen) AND t.settled_at < p_before AND NOT is_quarantined(t.task_id)
                   ORDER BY t.task_id FOR UPDATE SKIP LOCKED);
  IF v_gone <> '{}' THEN PERFORM forget_tasks(v_gone); END IF;
  UPDATE retention_memory m
     SET task_cursor = CASE WHEN cardinality(v_seen) < p_batch THEN '00000000-0000-0000-0000-000000000000'::uuid
                            ELSE v_seen[cardinality(v_seen)] END
   WHERE v_seen <> '{}' OR m.task_cursor <> '00000000-0000-0000-0000-000000000000';
  RETURN cardinality(v_seen);
END $$;

CREATE OR REPLACE FUNCTION retire_artifacts(p_before timestamptz, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_seen uuid[];
  v_gone uuid[];
BEGIN
  v_seen := ARRAY(SELECT DISTINCT l.task_id FROM blob_link l
                   WHERE l.task_id > (SELECT m.artifact_cursor FROM retention_memory m) AND l.task_id < uuid_at(p_before)
                   ORDER BY l.task_id LIMIT p_batch);
  v_gone := ARRAY(SELECT t.task_id FROM task t WHERE t.task_id = ANY (v_seen) AND t.settled_at < p_before AND t.state <> 'failed'
                     AND NOT is_quarantined(t.task_id)
                   ORDER BY t.task_id FOR UPDATE SKIP LOCKED);
  DELETE FROM blob_link l
   WHERE l.task_id = ANY (v_gone)
      OR l.task_id = ANY (v_seen) AND NOT EXISTS (SELECT FROM task t WHERE t.task_id = l.task_id);
  UPDATE retention_memory m
     SET artifact_cursor = CASE WHEN cardinality(v_seen) < p_batch THEN '00000000-0000-0000-0000-000000000000'::uuid
                                ELSE v_seen[cardinality(v_seen)] END
   WHERE v_seen <> '{}' OR m.artifact_cursor <> '00000000-0000-0000-0000-000000000000';
  RETURN cardinality(v_seen);
END $$;

-- The longest way through a task's graph with these steps added, or p_most + 1 when it is longer than p_most. What detours add is not counted:
-- it stands where one step stood, and an agent takes one for each thing that it has run. How many there may be the number of steps bounds.
CREATE OR REPLACE FUNCTION depth_with(p_task uuid, p_steps new_step[], p_most integer) RETURNS integer LANGUAGE plpgsql AS $$
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
    detour AS (
      SELECT d.ordinal FROM step_spec d
       WHERE d.task_id = p_task
         AND d.added_by IN (SELECT e.stands_for FROM step_spec e WHERE e.task_id = p_task AND e.stands_for IS NOT NULL)),
    way(ordinal, length) AS (  -- each step once a length, so that many ways to it cost as much as one
      SELECT e.before, (e.before NOT IN (SELECT o.ordinal FROM detour o))::integer FROM edge e
       UNION
      SELECT e.ordinal, w.length + (e.ordinal NOT IN (SELECT o.ordinal FROM detour o))::integer
        FROM way w JOIN edge e ON e.before = w.ordinal WHERE w.length <= p_most)
    SELECT coalesce(max(w.length), 1) FROM way w);
END $$;

-- How many steps the task may still be given by those who can do without, now. Kept back is what all that is open needs to come to its end
-- at the bound: two steps for what each may add at the same moment, two for what it keeps of its work, and some rounds of mending.
CREATE FUNCTION room_to_grow_v1(p_task uuid) RETURNS integer STABLE LANGUAGE plpgsql AS $$
DECLARE
  c_a_step  constant integer := 4;
  c_mending constant integer := 16;
  v_most integer := coalesce(nullif(current_setting('argosy.max_task_steps', true), '')::integer, 512);
BEGIN
  RETURN (SELECT greatest(0, v_most - t.known_steps - c_a_step * t.open_steps - least(c_mending, v_most / 8))
            FROM task t WHERE t.task_id = p_task);
END $$;
