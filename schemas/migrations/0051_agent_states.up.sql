-- What an agent's step knows between two rounds, so that another process can go on after a crash. Only who holds the step writes it, and of
-- each step few are kept: a loop saves itself dozens of times, a hundred kilobytes each.

-- The chunks of the bytes are there already (put_chunks_v1). 'linked'; 'lost': the step is not that attempt's any more; 'full', 'no_task' as
-- link_blob_v1. Of older ones the newest p_keep stay, this one counted in; bytes that only the others named go with them.
CREATE FUNCTION keep_state_v1(p_task uuid, p_sha256 bytea, p_name text, p_ordinal smallint, p_attempt smallint, p_epoch bigint, p_kind text,
  p_size bigint, p_cap bigint, p_keep integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_answer text;
  v_gone   bytea[];
BEGIN
  PERFORM FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'running' AND s.lease_epoch = p_epoch;
  IF NOT FOUND THEN RETURN 'lost'; END IF;
  v_answer := link_blob_v1(p_task, p_sha256, p_name, p_ordinal, p_attempt, p_kind, p_size, p_cap);
  IF v_answer <> 'linked' THEN RETURN v_answer; END IF;
  WITH old AS (
    SELECT l.sha256, l.name FROM blob_link l
     WHERE l.task_id = p_task AND l.ordinal = p_ordinal AND l.kind = p_kind AND (l.sha256, l.name) <> (p_sha256, p_name)
     ORDER BY l.attempt DESC, l.created_at DESC OFFSET p_keep - 1),
  gone AS (
    DELETE FROM blob_link l USING old WHERE l.task_id = p_task AND l.sha256 = old.sha256 AND l.name = old.name RETURNING l.sha256)
  SELECT array_agg(g.sha256) INTO v_gone FROM gone g;
  -- But for those that somebody may have put just now and is about to link: put_chunks_v1 renews kept_at.
  DELETE FROM blob_chunk c
   WHERE c.sha256 = ANY (v_gone) AND c.kept_at < clock_timestamp() - interval '1 minute'
     AND NOT EXISTS (SELECT FROM blob_link l WHERE l.sha256 = c.sha256);
  RETURN v_answer;
END $$;

-- The digest of what the last attempt that wrote any of that kind wrote last; NULL: there is none.
CREATE FUNCTION newest_blob_v1(p_task uuid, p_ordinal smallint, p_kind text) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT l.sha256 FROM blob_link l
   WHERE l.task_id = p_task AND l.ordinal = p_ordinal AND l.kind = p_kind
   ORDER BY l.attempt DESC, l.created_at DESC LIMIT 1;
$$;
