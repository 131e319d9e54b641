DROP FUNCTION retire_v1(integer, integer, integer);
DROP FUNCTION drop_event_partition_v1(integer);
DROP FUNCTION retire_artifacts(timestamptz, integer);
DROP FUNCTION retire_tasks(timestamptz, integer);
DROP FUNCTION forget_tasks(uuid[]);
DROP TABLE task_table;
DROP TABLE retention_memory;

-- expire: what has served its time. Returns how many rows were removed. One replica at a time.
CREATE OR REPLACE FUNCTION expire_v1(p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  c_key_kept    constant interval := '24 hours';  -- after its task has ended, never before
  c_worker_kept constant interval := '1 hour';    -- after all of it was rescued
  c_chunk_kept  constant interval := '24 hours';  -- without a link
  c_weeks_ahead constant integer := 4;
  v_now  timestamptz := clock_timestamp();
  v_keys bigint;
  v_workers bigint;
  v_chunks bigint;
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

  WITH old AS (
    SELECT c.sha256 FROM blob_chunk c
     WHERE c.n = 0 AND c.kept_at < v_now - c_chunk_kept AND NOT EXISTS (SELECT FROM blob_link l WHERE l.sha256 = c.sha256)
     ORDER BY c.kept_at LIMIT p_batch)
  DELETE FROM blob_chunk c USING old o WHERE c.sha256 = o.sha256;
  GET DIAGNOSTICS v_chunks = ROW_COUNT;
  RETURN v_keys + v_workers + v_chunks;
END $$;
