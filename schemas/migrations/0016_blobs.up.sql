-- Artifacts: chunks first, in as many calls as it takes, then the link that makes them the task's. Both may be repeated.

-- Chunks p_first.. of the bytes with that digest. Those that are there already are only kept longer, so that a put of the same bytes never
-- loses them to expire_v1 between its chunks and its link.
CREATE FUNCTION put_chunks_v1(p_sha256 bytea, p_first integer, p_chunks bytea[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO blob_chunk AS c (sha256, n, bytes, kept_at)
  SELECT p_sha256, p_first + x.place::integer - 1, x.bytes, clock_timestamp() FROM unnest(p_chunks) WITH ORDINALITY x(bytes, place)
      ON CONFLICT (sha256, n) DO UPDATE SET kept_at = excluded.kept_at;
END $$;

-- 'linked', 'full' (the task's artifacts would pass p_cap bytes; the same bytes under two names count once) or 'no_task'.
CREATE FUNCTION link_blob_v1(
  p_task uuid, p_sha256 bytea, p_name text, p_ordinal smallint, p_attempt smallint, p_kind text, p_size bigint, p_cap bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_org uuid;
BEGIN
  SELECT t.org_id INTO v_org FROM task_spec t WHERE t.task_id = p_task;
  IF NOT FOUND THEN RETURN 'no_task'; END IF;
  -- Not the task's row: artifacts must not wait for its moves.
  PERFORM pg_advisory_xact_lock(727105, hashtext(p_task::text));
  IF p_size + (SELECT coalesce(sum(d.size), 0) FROM (SELECT DISTINCT l.sha256, l.size FROM blob_link l
                                                      WHERE l.task_id = p_task AND l.sha256 <> p_sha256) d) > p_cap THEN
    RETURN 'full';
  END IF;
  INSERT INTO blob_link (task_id, sha256, name, org_id, ordinal, attempt, kind, size, created_at)
  VALUES (p_task, p_sha256, p_name, v_org, p_ordinal, p_attempt, p_kind, p_size, clock_timestamp())
      ON CONFLICT (task_id, sha256, name) DO NOTHING;
  RETURN 'linked';
END $$;
