-- retention: finished tasks, what they made and what was told of them go when they are old, in bounded batches. What is open stays, however
-- old. One replica at a time; walks go on from where the last pass stopped, so that what has to stay is not looked at in every pass.

CREATE TABLE retention_memory (
  one             boolean PRIMARY KEY DEFAULT true CHECK (one),
  task_cursor     uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  artifact_cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  blob_cursor     timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO retention_memory DEFAULT VALUES;

-- What is kept of a task, and goes with it: every table that names one (tests/integration/store_policy holds it to that). A later migration
-- that makes such a table adds its line. Of the events only those outside the weeks' partitions: a week is dropped as a whole.
CREATE TABLE task_table (name name PRIMARY KEY);
INSERT INTO task_table (name) VALUES
  ('task'), ('task_spec'), ('task_error'), ('task_past_error'), ('task_constraint'), ('task_rollback'), ('step'), ('step_spec'), ('attempt'),
  ('checkpoint'), ('dead_letter'), ('redrive'), ('event_default'), ('delivery'), ('blob_link');

-- The caller has the tasks' locks.
CREATE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_table name;
BEGIN
  FOR v_table IN SELECT t.name FROM task_table t ORDER BY t.name LOOP
    EXECUTE format('DELETE FROM %I x WHERE x.task_id = ANY ($1)', v_table) USING p_tasks;
  END LOOP;
END $$;

-- The next tasks that were created so long ago; those that ended so long ago, and have nothing open, go. A task that somebody has in hand
-- is left for the next walk. Returns how many were looked at.
CREATE FUNCTION retire_tasks(p_before timestamptz, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
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

-- The same for what tasks made: patches, logs and reports may go before their tasks. Those of a failed task stay with it, because a redrive
-- needs them. The bytes follow (expire_v1) when no link names them any more.
CREATE FUNCTION retire_artifacts(p_before timestamptz, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
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

-- Drops the oldest week of events that lies wholly before so many days ago and of whose tasks none is left. True when it did. Detaching
-- concurrently is not possible beside a default partition, so the lock is short instead: it is waited for a tenth of a second, and
-- then left for the next pass, because every finish queues up behind the wait. A call of its own: no other lock is held meanwhile.
CREATE FUNCTION drop_event_partition_v1(p_task_days integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  c_patience constant text := '100ms';
  v_before timestamptz := clock_timestamp() - p_task_days * interval '1 day';
  v_name text;
  v_from timestamp;
  v_low  uuid;
  v_high uuid;
BEGIN
  IF p_task_days <= 0 OR NOT pg_try_advisory_xact_lock(727107) THEN RETURN false; END IF;
  FOR v_name IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'event'::regclass AND c.relname ~ '^event_[0-9]{8}$' ORDER BY c.relname
  LOOP
    v_from := to_timestamp(right(v_name, 8), 'YYYYMMDD')::timestamp;
    v_low := uuid_at(v_from AT TIME ZONE 'UTC');
    v_high := uuid_at((v_from + interval '7 days') AT TIME ZONE 'UTC');
    EXIT WHEN v_high > uuid_at(v_before);
    CONTINUE WHEN EXISTS (SELECT FROM task t WHERE t.task_id >= v_low AND t.task_id < v_high);
    BEGIN
      PERFORM set_config('lock_timeout', c_patience, true);
      LOCK TABLE ONLY event IN ACCESS EXCLUSIVE MODE;
      -- A task with an id of that week may have come while we waited; now none can be half-way.
      IF EXISTS (SELECT FROM task t WHERE t.task_id >= v_low AND t.task_id < v_high) THEN RETURN false; END IF;
      EXECUTE format('DROP TABLE %I', v_name);
      RETURN true;
    EXCEPTION WHEN lock_not_available THEN
      RETURN false;
    END;
  END LOOP;
  RETURN false;
END $$;

-- Days; 0 keeps for ever. Returns how many tasks were looked at: as many as the batch means that there are more.
CREATE FUNCTION retire_v1(p_task_days integer, p_artifact_days integer, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_now       timestamptz := clock_timestamp();
  v_tasks     bigint := 0;
  v_artifacts bigint := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727107) THEN RETURN 0; END IF;
  IF p_artifact_days > 0 THEN v_artifacts := retire_artifacts(v_now - p_artifact_days * interval '1 day', p_batch); END IF;
  IF p_task_days > 0 THEN v_tasks := retire_tasks(v_now - p_task_days * interval '1 day', p_batch); END IF;
  RETURN greatest(v_tasks, v_artifacts);
END $$;

-- As before, and: the walk over the bytes goes on from where it stopped, whoever put the same bytes meanwhile keeps them, and of messages
-- that did not parse the newest are kept.
CREATE OR REPLACE FUNCTION expire_v1(p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  c_key_kept    constant interval := '24 hours';  -- after its task has ended, never before
  c_worker_kept constant interval := '1 hour';    -- after all of it was rescued
  c_chunk_kept  constant interval := '24 hours';  -- without a link
  c_weeks_ahead constant integer := 4;
  c_blobs_a_pass  constant integer := 1000;  -- looked at
  c_chunks_a_pass constant integer := 512;   -- removed: 128 MiB
  c_poison_kept constant integer := 10000;
  v_now  timestamptz := clock_timestamp();
  v_keys bigint;
  v_workers bigint;
  v_blobs  bigint;
  v_chunks bigint;
  v_poison bigint;
  v_seen bytea[];
  v_last timestamptz;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727104) THEN RETURN 0; END IF;
  PERFORM add_event_partition_v1(v_now + n * interval '7 days') FROM generate_series(0, c_weeks_ahead) n;

  WITH old AS (
    SELECT k.org_id, k.key
      FROM idempotency_key k LEFT JOIN task t ON t.task_id = k.task_id
     WHERE k.created_at < v_now - c_key_kept AND (t.task_id IS NULL OR t.finished_at < v_now - c_key_kept)
     ORDER BY k.created_at LIMIT p_batch)
  DELETE FROM idempotency_key k USING old o WHERE k.org_id = o.org_id AND k.key = o.key;
  GET DIAGNOSTICS v_keys = ROW_COUNT;

  DELETE FROM worker w
   WHERE w.worker_id IN (SELECT d.worker_id FROM worker d
                          WHERE d.alive_until < v_now - c_worker_kept AND (d.swept_at IS NOT NULL OR d.queue IS NULL)
                          ORDER BY d.alive_until LIMIT p_batch);
  GET DIAGNOSTICS v_workers = ROW_COUNT;

  SELECT array_agg(c.sha256), max(c.kept_at), count(*) INTO v_seen, v_last, v_blobs
    FROM (SELECT c.sha256, c.kept_at FROM blob_chunk c
           WHERE c.n = 0 AND c.kept_at >= (SELECT m.blob_cursor FROM retention_memory m) AND c.kept_at < v_now - c_chunk_kept
           ORDER BY c.kept_at LIMIT c_blobs_a_pass) c;
  -- First chunks go last, because they are what the walk finds. The age is asked of each chunk again: one that was put anew since has a new
  -- time by the time we get its lock, and stays.
  DELETE FROM blob_chunk c
   USING (SELECT x.sha256, x.n FROM blob_chunk x
           WHERE x.sha256 = ANY (v_seen) AND NOT EXISTS (SELECT FROM blob_link l WHERE l.sha256 = x.sha256)
           ORDER BY x.n = 0 LIMIT c_chunks_a_pass) o
   WHERE c.sha256 = o.sha256 AND c.n = o.n AND c.kept_at < v_now - c_chunk_kept;
  GET DIAGNOSTICS v_chunks = ROW_COUNT;
  IF v_chunks < c_chunks_a_pass THEN
    UPDATE retention_memory m SET blob_cursor = CASE WHEN v_blobs < c_blobs_a_pass THEN '-infinity' ELSE v_last END
     WHERE v_blobs > 0 OR m.blob_cursor > '-infinity';
  END IF;

  DELETE FROM poison p
   WHERE p.poison_id IN (SELECT x.poison_id FROM poison x
                          WHERE x.poison_id <= (SELECT y.poison_id FROM poison y ORDER BY y.poison_id DESC OFFSET c_poison_kept LIMIT 1)
                          ORDER BY x.poison_id LIMIT p_batch);
  GET DIAGNOSTICS v_poison = ROW_COUNT;
  -- One kind that came back full is enough reason to come again at once.
  RETURN greatest(v_keys, v_workers, v_chunks, v_poison);
END $$;
