-- The cache of answers: found by what was asked, or by what is near to it; kept within the organisation's bounds; forgotten.

-- pgvector where it is there: the version, else why not after a '!'. Asked at every start, so what is done already takes no lock. The column
-- holds what embedding holds, so that both ways of searching read the same rows, and a server that gets the extension later needs no more.
CREATE FUNCTION answer_vectors_v1() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_version text := (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'vector');
BEGIN
  IF v_version IS NOT NULL AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = 'answer_cache'::regclass AND a.attname = 'place') THEN
    RETURN v_version;
  END IF;
  PERFORM pg_advisory_xact_lock(727112);
  BEGIN
    CREATE EXTENSION IF NOT EXISTS vector;
    ALTER TABLE answer_cache ADD COLUMN IF NOT EXISTS place vector
      GENERATED ALWAYS AS (CASE WHEN cardinality(embedding) > 0 THEN embedding::vector END) STORED;
  EXCEPTION WHEN OTHERS THEN
    RETURN '!' || SQLERRM;
  END;
  RETURN (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'vector');
END $$;

-- Whether answers of this organisation may be kept and given again.
CREATE FUNCTION caches_answers(p_org uuid) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT NOT o.off FROM answer_cache_org o WHERE o.org_id = p_org), true)
$$;

-- One row; off: the organisation wants no cache. An entry is as old as its own time to live or the asker's, whichever is less, lets it be.
CREATE FUNCTION find_answer_v1(p_org uuid, p_repository text, p_commit text, p_key bytea, p_kind text, p_keep_ms bigint)
RETURNS TABLE (off boolean, answer text, model text, nano bigint) STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz := clock_timestamp();
  v_off boolean := NOT caches_answers(p_org);
BEGIN
  IF NOT v_off THEN
    RETURN QUERY
      SELECT false, c.answer, c.model, c.nano FROM answer_cache c
       WHERE c.org_id = p_org AND c.repository = p_repository AND c.commit_id = p_commit AND c.key = p_key AND c.kind = p_kind
         AND c.expires_at > v_now AND c.created_at > v_now - p_keep_ms * interval '1 millisecond';
    IF FOUND THEN RETURN; END IF;
  END IF;
  RETURN QUERY SELECT v_off, NULL::text, NULL::text, NULL::bigint;
END $$;

-- Of the newest p_most that were asked in the same surroundings, with vectors of the same maker: those p_best that are nearest where the server
-- can tell, else all. Who asks decides which is near enough.
CREATE FUNCTION near_answers_v1(
  p_org uuid, p_repository text, p_commit text, p_around bytea, p_kind text, p_keep_ms bigint, p_embedder text, p_vector real[],
  p_by_server boolean, p_most integer, p_best integer)
RETURNS TABLE (key bytea, embedding real[], created_at timestamptz) STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now timestamptz := clock_timestamp();
  c_newest constant text :=
    'SELECT c.* FROM answer_cache c WHERE c.org_id = $1 AND c.repository = $2 AND c.commit_id = $3 AND c.around = $4 AND c.kind = $5'
    ' AND c.expires_at > $6 AND c.created_at > $7 AND c.embedder = $8 AND c.embedder <> '''' AND cardinality(c.embedding) = cardinality($9)'
    ' ORDER BY c.created_at DESC, c.key LIMIT $10';
BEGIN
  RETURN QUERY EXECUTE
    CASE WHEN p_by_server
         THEN format('SELECT n.key, n.embedding, n.created_at FROM (%s) n ORDER BY n.place <=> $9::vector, n.created_at DESC, n.key LIMIT $11', c_newest)
         ELSE format('SELECT n.key, n.embedding, n.created_at FROM (%s) n ORDER BY n.created_at DESC, n.key', c_newest) END
    USING p_org, p_repository, p_commit, p_around, p_kind, v_now, v_now - p_keep_ms * interval '1 millisecond', p_embedder, p_vector, p_most, p_best;
END $$;

-- Who puts shares these until its end, so that whoever switches off, and has one alone, waits for what is under way, and nothing is put after
-- it: of one organisation, or of all (nil).
CREATE FUNCTION lock_answers(p_org uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(727114, hashtext(p_org::text))
$$;
CREATE FUNCTION share_answers(p_org uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock_shared(727114, hashtext('00000000-0000-0000-0000-000000000000'));
  SELECT pg_advisory_xact_lock_shared(727114, hashtext(p_org::text))
$$;

-- 'kept', or 'off'. The newest answer of a key stays. What is too much goes, the oldest first, a bounded number at a time.
CREATE FUNCTION put_answer_v1(
  p_org uuid, p_repository text, p_commit text, p_key bytea, p_around bytea, p_kind text, p_model text, p_answer text, p_nano bigint,
  p_embedder text, p_embedding real[], p_keep_ms bigint, p_max_entries bigint, p_max_bytes bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  c_drop constant integer := 64;  -- more than one put adds: what a lowered bound leaves over goes soon
  v_now  timestamptz := clock_timestamp();
BEGIN
  PERFORM share_answers(p_org);
  IF NOT caches_answers(p_org) THEN RETURN 'off'; END IF;
  DELETE FROM answer_cache c WHERE c.org_id = p_org AND c.repository = p_repository AND c.commit_id = p_commit AND c.key = p_key;
  INSERT INTO answer_cache (org_id, repository, commit_id, key, around, kind, model, answer, nano, embedder, embedding, created_at, expires_at)
  VALUES (p_org, p_repository, p_commit, p_key, p_around, p_kind, p_model, p_answer, p_nano, p_embedder, p_embedding, v_now,
          v_now + p_keep_ms * interval '1 millisecond')
      ON CONFLICT DO NOTHING;  -- of two at once one stays
  -- Those whose sum, from the newest on, passes the bounds are too many; looked at are the oldest only.
  DELETE FROM answer_cache c
   USING (SELECT s.org_id, s.repository, s.commit_id, s.key
            FROM (SELECT x.org_id, x.repository, x.commit_id, x.key, row_number() OVER w AS n, sum(x.bytes) OVER w - x.bytes AS before
                    FROM (SELECT y.* FROM answer_cache y WHERE y.org_id = p_org ORDER BY y.created_at LIMIT c_drop FOR UPDATE SKIP LOCKED) x
                  WINDOW w AS (ORDER BY x.created_at, x.key)) s, answer_cache_org o
           WHERE o.org_id = p_org AND (o.entries - s.n + 1 > p_max_entries OR o.bytes - s.before > p_max_bytes)) old
   WHERE c.org_id = old.org_id AND c.repository = old.repository AND c.commit_id = old.commit_id AND c.key = old.key;
  RETURN 'kept';
END $$;

CREATE FUNCTION count_answers_v1(p_org uuid, p_kind text, p_exact bigint, p_semantic bigint, p_missed bigint, p_withheld bigint, p_saved bigint)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO answer_cache_count AS c (org_id, day, kind, exact, semantic, missed, withheld, saved)
  VALUES (p_org, (clock_timestamp() AT TIME ZONE 'UTC')::date, p_kind, p_exact, p_semantic, p_missed, p_withheld, p_saved)
      ON CONFLICT (org_id, day, kind) DO UPDATE
     SET exact = c.exact + excluded.exact, semantic = c.semantic + excluded.semantic, missed = c.missed + excluded.missed,
         withheld = c.withheld + excluded.withheld, saved = c.saved + excluded.saved
$$;

-- At most p_batch of an organisation, of one repository, commit, kind or any (empty). How many went; as many as the batch means: again. What
-- another one has in hand is waited for: none may be left. All who do so go in the order of the keys.
CREATE FUNCTION forget_answers_v1(p_org uuid, p_repository text, p_commit text, p_kind text, p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_gone bigint;
BEGIN
  DELETE FROM answer_cache c
   USING (SELECT x.org_id, x.repository, x.commit_id, x.key FROM answer_cache x
           WHERE x.org_id = p_org AND p_repository IN ('', x.repository) AND p_commit IN ('', x.commit_id) AND p_kind IN ('', x.kind)
           ORDER BY x.org_id, x.repository, x.commit_id, x.key LIMIT p_batch FOR UPDATE) o
   WHERE c.org_id = o.org_id AND c.repository = o.repository AND c.commit_id = o.commit_id AND c.key = o.key;
  GET DIAGNOSTICS v_gone = ROW_COUNT;
  RETURN v_gone;
END $$;

-- A duty of the scheduler: what is over goes, and counts of days that nobody asks for.
CREATE FUNCTION expire_answers_v1(p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  c_days_kept constant integer := 400;
  v_gone bigint;
  v_days bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727113) THEN RETURN 0; END IF;
  DELETE FROM answer_cache c
   USING (SELECT x.org_id, x.repository, x.commit_id, x.key FROM answer_cache x
           WHERE x.expires_at <= clock_timestamp() ORDER BY x.expires_at LIMIT p_batch FOR UPDATE SKIP LOCKED) o
   WHERE c.org_id = o.org_id AND c.repository = o.repository AND c.commit_id = o.commit_id AND c.key = o.key;
  GET DIAGNOSTICS v_gone = ROW_COUNT;
  DELETE FROM answer_cache_count c
   USING (SELECT x.org_id, x.day, x.kind FROM answer_cache_count x
           WHERE x.day < (clock_timestamp() AT TIME ZONE 'UTC')::date - c_days_kept ORDER BY x.day LIMIT p_batch) o
   WHERE c.org_id = o.org_id AND c.day = o.day AND c.kind = o.kind;
  GET DIAGNOSTICS v_days = ROW_COUNT;
  RETURN greatest(v_gone, v_days);
END $$;

CREATE FUNCTION switch_answer_cache_v1(p_org uuid, p_off boolean) RETURNS void LANGUAGE sql AS $$
  SELECT lock_answers(p_org);
  INSERT INTO answer_cache_org (org_id, off) VALUES (p_org, p_off) ON CONFLICT (org_id) DO UPDATE SET off = excluded.off
$$;
