-- Indexes of repositories' sources (ARCHITECTURE, "What is seen in sources"): what a worker has parsed others need not. Never across
-- organisations or repositories: tags carry names out of the sources.
CREATE TABLE code_index_piece (
  org_id     uuid NOT NULL,
  repository text NOT NULL CHECK (length(repository) BETWEEN 1 AND 300),
  digest     bytea NOT NULL CHECK (octet_length(digest) = 32),  -- of its bytes
  bytes      bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 4194304),  -- tags of some files, found by their hashes
  size       bigint GENERATED ALWAYS AS (octet_length(bytes)) STORED,
  looked_at  timestamptz NOT NULL,  -- put, used for a commit, or found in use
  PRIMARY KEY (org_id, repository, digest)
);
CREATE INDEX code_index_piece_age ON code_index_piece (looked_at);

-- What the index of a commit is made of. Another format's pieces cannot be read.
CREATE TABLE code_index (
  org_id     uuid NOT NULL,
  repository text NOT NULL CHECK (length(repository) BETWEEN 1 AND 300),
  format     text NOT NULL CHECK (length(format) BETWEEN 1 AND 100),
  commit_id  text NOT NULL CHECK (length(commit_id) BETWEEN 1 AND 100),
  pieces     bytea[] NOT NULL CHECK (cardinality(pieces) BETWEEN 1 AND 128),
  used_at    timestamptz NOT NULL,
  PRIMARY KEY (org_id, repository, format, commit_id)
);
CREATE INDEX code_index_age ON code_index (used_at);
CREATE INDEX code_index_org_age ON code_index (org_id, used_at);

-- The pieces of that commit's index, else of the one of the repository that was used last: most files are the same. When it was used is told
-- to the hour, so that readers seldom write.
CREATE FUNCTION find_code_index_v1(p_org uuid, p_repository text, p_format text, p_commit text)
RETURNS TABLE (commit_id text, digest bytea) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_index code_index;
BEGIN
  SELECT c.* INTO v_index FROM code_index c WHERE c.org_id = p_org AND c.repository = p_repository AND c.format = p_format
   ORDER BY c.commit_id = p_commit DESC, c.used_at DESC LIMIT 1;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE code_index c SET used_at = v_now
   WHERE c.org_id = p_org AND c.repository = p_repository AND c.format = p_format AND c.commit_id = v_index.commit_id
     AND c.used_at < v_now - interval '1 hour';
  RETURN QUERY SELECT v_index.commit_id, d FROM unnest(v_index.pieces) d;
END $$;

CREATE FUNCTION get_code_index_piece_v1(p_org uuid, p_repository text, p_digest bytea) RETURNS bytea STABLE LANGUAGE sql AS $$
  SELECT p.bytes FROM code_index_piece p WHERE p.org_id = p_org AND p.repository = p_repository AND p.digest = p_digest
$$;

-- 'kept', or 'full': the organisation has as much as it may. What a digest has is replaced: it may be damaged, which is why it is put again.
CREATE FUNCTION put_code_index_piece_v1(p_org uuid, p_repository text, p_digest bytea, p_bytes bytea, p_max_bytes bigint)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT coalesce(sum(p.size), 0) FROM code_index_piece p
       WHERE p.org_id = p_org AND (p.repository, p.digest) <> (p_repository, p_digest)) + octet_length(p_bytes) > p_max_bytes THEN
    RETURN 'full';
  END IF;
  INSERT INTO code_index_piece (org_id, repository, digest, bytes, looked_at)
  VALUES (p_org, p_repository, p_digest, p_bytes, clock_timestamp())
      ON CONFLICT (org_id, repository, digest) DO UPDATE SET bytes = excluded.bytes, looked_at = excluded.looked_at;
  RETURN 'kept';
END $$;

-- Names the pieces of a commit, which were put before: 'kept', or 'incomplete' when one is gone by now. Of a repository the p_most that were
-- used last stay. The pieces' time is set, in their order: from then on the sweep leaves them alone, and it sees the commit before it looks
-- at them again.
CREATE FUNCTION put_code_index_v1(p_org uuid, p_repository text, p_format text, p_commit text, p_pieces bytea[], p_most integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_count bigint;
BEGIN
  PERFORM FROM code_index_piece p WHERE p.org_id = p_org AND p.repository = p_repository AND p.digest = ANY (p_pieces)
    ORDER BY p.digest FOR UPDATE;
  UPDATE code_index_piece p SET looked_at = v_now
   WHERE p.org_id = p_org AND p.repository = p_repository AND p.digest = ANY (p_pieces);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count < cardinality(p_pieces) THEN RETURN 'incomplete'; END IF;
  INSERT INTO code_index (org_id, repository, format, commit_id, pieces, used_at)
  VALUES (p_org, p_repository, p_format, p_commit, p_pieces, v_now)
      ON CONFLICT (org_id, repository, format, commit_id) DO UPDATE SET pieces = excluded.pieces, used_at = excluded.used_at;
  DELETE FROM code_index c
   USING (SELECT x.format, x.commit_id FROM code_index x WHERE x.org_id = p_org AND x.repository = p_repository
           ORDER BY x.used_at DESC, x.commit_id OFFSET p_most FOR UPDATE SKIP LOCKED) old
   WHERE c.org_id = p_org AND c.repository = p_repository AND c.format = old.format AND c.commit_id = old.commit_id;
  RETURN 'kept';
END $$;

-- Of pieces that were put or named in the last ten minutes the commit may not be seen yet: they stay for the walk.
CREATE FUNCTION drop_code_index_pieces(p_org uuid, p_repository text, p_pieces bytea[]) RETURNS void LANGUAGE sql AS $$
  DELETE FROM code_index_piece p
   USING (SELECT x.digest FROM code_index_piece x
           WHERE x.org_id = p_org AND x.repository = p_repository AND x.digest = ANY (p_pieces)
             AND x.looked_at < clock_timestamp() - interval '10 minutes'
             AND NOT EXISTS (SELECT FROM code_index c
                              WHERE c.org_id = x.org_id AND c.repository = x.repository AND x.digest = ANY (c.pieces))
           ORDER BY x.digest FOR UPDATE SKIP LOCKED) old
   WHERE p.org_id = p_org AND p.repository = p_repository AND p.digest = old.digest
$$;

-- A duty of the scheduler, p_batch rows of each kind: what nobody used for so many days (0: for ever) goes; of an organisation with more than
-- nine tenths of what it may have, what was used longest ago, so that there is room again; pieces that no commit names, found by a walk that
-- comes to each once a day. How many were looked at or went, of the kind that had most.
CREATE FUNCTION expire_code_indexes_v1(p_batch integer, p_days integer, p_max_bytes bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_old   code_index;
  v_piece code_index_piece;
  v_org   uuid;
  v_aged  bigint := 0;
  v_over  bigint := 0;
  v_seen  bigint := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727156) THEN RETURN 0; END IF;
  FOR v_old IN
    DELETE FROM code_index c
     USING (SELECT x.org_id, x.repository, x.format, x.commit_id FROM code_index x
             WHERE p_days > 0 AND x.used_at < v_now - p_days * interval '1 day' ORDER BY x.used_at LIMIT p_batch FOR UPDATE SKIP LOCKED) o
     WHERE c.org_id = o.org_id AND c.repository = o.repository AND c.format = o.format AND c.commit_id = o.commit_id
    RETURNING c.* LOOP
    PERFORM drop_code_index_pieces(v_old.org_id, v_old.repository, v_old.pieces);
    v_aged := v_aged + 1;
  END LOOP;

  FOR v_org IN SELECT p.org_id FROM code_index_piece p GROUP BY p.org_id HAVING sum(p.size) > p_max_bytes / 10 * 9 LIMIT p_batch LOOP
    -- What no commit names goes first: a commit that is used must not make room for it.
    DELETE FROM code_index_piece p
     USING (SELECT x.repository, x.digest FROM code_index_piece x
             WHERE x.org_id = v_org AND x.looked_at < v_now - interval '10 minutes'
               AND NOT EXISTS (SELECT FROM code_index c
                                WHERE c.org_id = x.org_id AND c.repository = x.repository AND x.digest = ANY (c.pieces))
             ORDER BY x.looked_at LIMIT p_batch FOR UPDATE SKIP LOCKED) o
     WHERE p.org_id = v_org AND p.repository = o.repository AND p.digest = o.digest;
    WHILE v_over < p_batch
          AND (SELECT sum(p.size) FROM code_index_piece p WHERE p.org_id = v_org) > p_max_bytes / 10 * 9 LOOP
      DELETE FROM code_index c
       USING (SELECT x.org_id, x.repository, x.format, x.commit_id FROM code_index x
               WHERE x.org_id = v_org AND x.used_at < v_now - interval '10 minutes' ORDER BY x.used_at LIMIT 1 FOR UPDATE) o
       WHERE c.org_id = o.org_id AND c.repository = o.repository AND c.format = o.format AND c.commit_id = o.commit_id
      RETURNING c.* INTO v_old;
      EXIT WHEN NOT FOUND;
      PERFORM drop_code_index_pieces(v_old.org_id, v_old.repository, v_old.pieces);
      v_over := v_over + 1;
    END LOOP;
  END LOOP;

  FOR v_piece IN
    SELECT x.org_id, x.repository, x.digest, ''::bytea, x.size, x.looked_at FROM code_index_piece x
     WHERE x.looked_at < v_now - interval '1 day' ORDER BY x.looked_at LIMIT p_batch FOR UPDATE SKIP LOCKED LOOP
    IF EXISTS (SELECT FROM code_index c
                WHERE c.org_id = v_piece.org_id AND c.repository = v_piece.repository AND v_piece.digest = ANY (c.pieces)) THEN
      UPDATE code_index_piece p SET looked_at = v_now
       WHERE p.org_id = v_piece.org_id AND p.repository = v_piece.repository AND p.digest = v_piece.digest;
    ELSE
      DELETE FROM code_index_piece p
       WHERE p.org_id = v_piece.org_id AND p.repository = v_piece.repository AND p.digest = v_piece.digest;
    END IF;
    v_seen := v_seen + 1;
  END LOOP;
  RETURN greatest(v_aged, v_over, v_seen);
END $$;
