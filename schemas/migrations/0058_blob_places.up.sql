-- Artifacts whose bytes lie in a bucket and not here. Rows say where; which task owns which digest, and what all of a task's may take, stays
-- in blob_link. A digest that has a place with `stored` is read there.
--
-- A place is a number that is used once. When nothing names the digest any more its place is let go, and whoever puts the same bytes
-- afterwards gets another: so the object that is being removed is never the one that was just put, however slow either is.
CREATE TABLE blob_place (
  sha256  bytea PRIMARY KEY CHECK (length(sha256) = 32),
  place   bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  stored  boolean NOT NULL DEFAULT false,  -- an object was put there whole
  kept_at timestamptz NOT NULL             -- last put; what no link names a day later is let go
);
CREATE INDEX blob_place_age ON blob_place (kept_at);

-- Objects that are to be removed.
CREATE TABLE blob_leaving (
  place  bigint PRIMARY KEY,
  sha256 bytea NOT NULL,
  due_at timestamptz NOT NULL  -- who removes it has until then; afterwards another tries
);
CREATE INDEX blob_leaving_due ON blob_leaving (due_at);

CREATE TABLE blob_place_walk (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  cursor timestamptz NOT NULL DEFAULT '-infinity'
);

-- Where the bytes of that digest lie or shall lie, and whether they do. Kept for a day from now on, which is longer than any put takes.
CREATE FUNCTION place_blob_v1(p_sha256 bytea) RETURNS TABLE (place bigint, stored boolean) LANGUAGE sql AS $$
  INSERT INTO blob_place AS p (sha256, kept_at) VALUES (p_sha256, clock_timestamp())
      ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at
  RETURNING p.place, p.stored;
$$;

-- After the object was put: as link_blob_v1, and 'moved' when the place was let go meanwhile (put it again).
CREATE FUNCTION link_placed_blob_v1(
  p_place bigint, p_task uuid, p_sha256 bytea, p_name text, p_ordinal smallint, p_attempt smallint, p_kind text, p_size bigint, p_cap bigint)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  -- Its lock makes leave_places_v1 wait, which then finds a new time.
  UPDATE blob_place p SET stored = true, kept_at = clock_timestamp() WHERE p.sha256 = p_sha256 AND p.place = p_place;
  IF NOT FOUND THEN RETURN 'moved'; END IF;
  RETURN link_blob_v1(p_task, p_sha256, p_name, p_ordinal, p_attempt, p_kind, p_size, p_cap);
END $$;

-- Likewise as keep_state_v2.
CREATE FUNCTION keep_placed_state_v1(
  p_place bigint, p_task uuid, p_sha256 bytea, p_name text, p_ordinal smallint, p_attempt smallint, p_epoch bigint, p_kind text,
  p_size bigint, p_cap bigint, p_keep integer)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  UPDATE blob_place p SET stored = true, kept_at = clock_timestamp() WHERE p.sha256 = p_sha256 AND p.place = p_place;
  IF NOT FOUND THEN RETURN 'moved'; END IF;
  RETURN keep_state_v2(p_task, p_sha256, p_name, p_ordinal, p_attempt, p_epoch, p_kind, p_size, p_cap, p_keep);
END $$;

-- Lets go of places whose digests nothing names. How many were looked at: as many as the batch means that there are more.
CREATE FUNCTION leave_places_v1(p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  c_kept constant interval := '24 hours';  -- without a link, as chunks are (expire_v1)
  v_now  timestamptz := clock_timestamp();
  v_seen bytea[];
  v_last timestamptz;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727120) THEN RETURN 0; END IF;
  SELECT array_agg(c.sha256), max(c.kept_at) INTO v_seen, v_last
    FROM (SELECT p.sha256, p.kept_at FROM blob_place p
           WHERE p.kept_at >= coalesce((SELECT w.cursor FROM blob_place_walk w), '-infinity') AND p.kept_at < v_now - c_kept
           ORDER BY p.kept_at LIMIT p_batch) c;
  -- The age is asked again of the row as it is once we have its lock: who linked it meanwhile gave it a new one.
  WITH gone AS (
    DELETE FROM blob_place p
     WHERE p.sha256 = ANY (v_seen) AND p.kept_at < v_now - c_kept AND NOT EXISTS (SELECT FROM blob_link l WHERE l.sha256 = p.sha256)
    RETURNING p.place, p.sha256)
  INSERT INTO blob_leaving (place, sha256, due_at) SELECT g.place, g.sha256, v_now FROM gone g;
  INSERT INTO blob_place_walk AS w (cursor) VALUES (CASE WHEN coalesce(cardinality(v_seen), 0) < p_batch THEN '-infinity' ELSE v_last END)
      ON CONFLICT (one) DO UPDATE SET cursor = excluded.cursor WHERE w.cursor <> excluded.cursor;
  RETURN coalesce(cardinality(v_seen), 0);
END $$;

-- Objects for the caller to remove. Nobody else gets them for ten minutes.
CREATE FUNCTION leaving_blobs_v1(p_batch integer) RETURNS TABLE (place bigint, sha256 bytea) LANGUAGE sql AS $$
  UPDATE blob_leaving b SET due_at = clock_timestamp() + interval '10 minutes'
   WHERE b.place IN (SELECT x.place FROM blob_leaving x WHERE x.due_at <= clock_timestamp()
                      ORDER BY x.due_at LIMIT p_batch FOR UPDATE SKIP LOCKED)
  RETURNING b.place, b.sha256;
$$;

CREATE FUNCTION blobs_left_v1(p_places bigint[]) RETURNS bigint LANGUAGE sql AS $$
  WITH gone AS (DELETE FROM blob_leaving b WHERE b.place = ANY (p_places) RETURNING 1)
  SELECT count(*) FROM gone;
$$;
