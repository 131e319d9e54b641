-- Answers of models that are kept, to be given again (ARCHITECTURE, "The cache"): never across organisations, repositories or commits.
-- Questions are not kept: only their digests, and a vector of the last thing that was said.
CREATE TABLE answer_cache (
  org_id     uuid NOT NULL,
  repository text NOT NULL CHECK (length(repository) BETWEEN 1 AND 300),
  commit_id  text NOT NULL CHECK (length(commit_id) BETWEEN 1 AND 100),
  key        bytea NOT NULL CHECK (octet_length(key) = 32),      -- digest of everything that was asked
  around     bytea NOT NULL CHECK (octet_length(around) = 32),   -- of everything but the last thing that was said
  kind       text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
  model      text NOT NULL CHECK (length(model) <= 100),         -- who answered
  answer     text NOT NULL CHECK (octet_length(answer) <= 1048576),  -- JSON
  nano       bigint NOT NULL CHECK (nano >= 0),                  -- what it cost, 10^-9 US dollars
  embedder   text NOT NULL CHECK (length(embedder) <= 300),      -- whose vector; empty: there is none
  embedding  real[] NOT NULL CHECK (cardinality(embedding) <= 4096),
  bytes      bigint GENERATED ALWAYS AS (octet_length(answer) + 4 * cardinality(embedding)) STORED,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (org_id, repository, commit_id, key)
);
CREATE INDEX answer_cache_around ON answer_cache (org_id, repository, commit_id, around, created_at DESC) WHERE embedder <> '';
CREATE INDEX answer_cache_age ON answer_cache (org_id, created_at);
CREATE INDEX answer_cache_end ON answer_cache (expires_at);

-- What an organisation has in it, kept right by the trigger below, and whether it wants any. No row: nothing in it, and it does.
CREATE TABLE answer_cache_org (
  org_id  uuid PRIMARY KEY,
  off     boolean NOT NULL DEFAULT false,
  entries bigint NOT NULL DEFAULT 0,
  bytes   bigint NOT NULL DEFAULT 0
);

-- How it went, by day (UTC).
CREATE TABLE answer_cache_count (
  org_id   uuid NOT NULL,
  day      date NOT NULL,
  kind     text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
  exact    bigint NOT NULL DEFAULT 0,
  semantic bigint NOT NULL DEFAULT 0,
  missed   bigint NOT NULL DEFAULT 0,
  withheld bigint NOT NULL DEFAULT 0,  -- answers that were not kept: they hold what looks like a secret, or are too large
  saved    bigint NOT NULL DEFAULT 0,  -- 10^-9 US dollars: what the answers that were given again had cost
  PRIMARY KEY (org_id, day, kind)
);
CREATE INDEX answer_cache_count_age ON answer_cache_count (day);

-- After the rows themselves, and in the order of the organisations: whoever waits for a row here holds no other one here.
CREATE FUNCTION count_answer_cache() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO answer_cache_org AS o (org_id, entries, bytes)
    SELECT c.org_id, count(*), sum(c.bytes) FROM changed c GROUP BY c.org_id ORDER BY c.org_id
        ON CONFLICT (org_id) DO UPDATE SET entries = o.entries + excluded.entries, bytes = o.bytes + excluded.bytes;
  ELSE
    INSERT INTO answer_cache_org AS o (org_id, entries, bytes)
    SELECT c.org_id, -count(*), -sum(c.bytes) FROM changed c GROUP BY c.org_id ORDER BY c.org_id
        ON CONFLICT (org_id) DO UPDATE SET entries = o.entries + excluded.entries, bytes = o.bytes + excluded.bytes;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER answer_cache_added AFTER INSERT ON answer_cache REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_answer_cache();
CREATE TRIGGER answer_cache_removed AFTER DELETE ON answer_cache REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_answer_cache();
