DROP FUNCTION room_to_grow_v1(uuid);
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
    way(ordinal, length) AS (  -- each step once a length, so that many ways to it cost as much as one
      SELECT e.before, 1 FROM edge e
       UNION
      SELECT e.ordinal, w.length + 1 FROM way w JOIN edge e ON e.before = w.ordinal WHERE w.length <= p_most)
    SELECT coalesce(max(w.length), 1) FROM way w);
END $$;

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
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

CREATE OR REPLACE FUNCTION retire_tasks(p_before timestamptz, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_seen uuid[];
  v_gone uuid[];
BEGIN
  v_seen := ARRAY(SELECT t.task_id FROM task t
                   WHERE t.task_id > (SELECT m.task_cursor FROM retention_memory m) AND t.task_id < uuid_at(p_before)
                   ORDER BY t.task_id LIMIT p_batch);
  -- The condition is asked again of the row as it is once we have its lock: a redrive may have opened it.
  v_gone := ARRAY(SELECT t.task_id FROM task t WHERE t.task_id = ANY (v_seen) AND t.settled_at < p_before
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

DROP FUNCTION end_quarantine_v1(uuid, text, text);
DROP FUNCTION is_quarantined(uuid);
DELETE FROM task_table WHERE name = 'quarantine';
DROP TABLE quarantine;
DROP FUNCTION expire_states_v1(integer);
DROP FUNCTION state_is_served(uuid, smallint);
ALTER TABLE retention_memory DROP COLUMN state_cursor;
DROP INDEX blob_link_state;
DROP FUNCTION keep_state_v2(uuid, bytea, text, smallint, smallint, bigint, text, bigint, bigint, integer);
