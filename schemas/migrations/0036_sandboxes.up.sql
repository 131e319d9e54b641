-- Sandboxes that clients hold (ARCHITECTURE, "Sandboxes for clients"). Their files lie on the testing worker that made them; the row says who
-- may use it and where it is. What its worker no longer has is removed here, and the other way round (keep_sandboxes_v1).

ALTER TABLE worker
  ADD COLUMN sandbox_address text,                        -- "ip:port" of the endpoint that ingest calls; NULL: none
  ADD COLUMN sandbox_key     bytea,                       -- random bytes of this process, which a call must carry
  ADD COLUMN sandbox_class   text,                        -- what all its sandboxes are kept in
  ADD COLUMN sandbox_room    smallint NOT NULL DEFAULT 0; -- how many it keeps at once

CREATE TABLE sandbox (
  org_id          uuid NOT NULL,
  sandbox_id      uuid NOT NULL,
  worker_id       uuid NOT NULL,
  repository_id   text NOT NULL,
  commit          text NOT NULL DEFAULT '',  -- empty until it is ready
  class           text NOT NULL,
  limits          text NOT NULL,             -- JSON; as asked for until it is ready, then as they hold
  created_by      text NOT NULL,
  idempotency_key text,
  body_sha256     bytea CHECK (length(body_sha256) = 32),
  created_at      timestamptz NOT NULL,
  ready_at        timestamptz,
  last_used_at    timestamptz NOT NULL,
  removed_at      timestamptz,
  reason          text CHECK (reason IN ('deleted', 'idle', 'not_made', 'out_of_disk', 'worker_lost', 'worker_stopped')),
  PRIMARY KEY (org_id, sandbox_id),
  CONSTRAINT sandbox_removed_for_a_reason CHECK ((removed_at IS NULL) = (reason IS NULL))
);
CREATE UNIQUE INDEX sandbox_key ON sandbox (org_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX sandbox_of_worker ON sandbox (worker_id) WHERE removed_at IS NULL;
CREATE INDEX sandbox_age ON sandbox (removed_at) WHERE removed_at IS NOT NULL;

-- Those of workers that are dead. Asked for by every living worker now and then, and before somebody is told that there is no room.
CREATE FUNCTION bury_sandboxes(p_now timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE sandbox s SET removed_at = p_now, reason = 'worker_lost'
   WHERE (s.org_id, s.sandbox_id) IN (
           SELECT x.org_id, x.sandbox_id FROM sandbox x
            WHERE x.removed_at IS NULL
              AND NOT EXISTS (SELECT FROM worker w WHERE w.worker_id = x.worker_id AND w.alive_until > p_now)
              FOR UPDATE SKIP LOCKED);
END $$;

-- A row and a worker for a new sandbox: the one that keeps fewest. p_class empty: any but none. Answers what became of it: opened; replayed,
-- in_progress or key_reused, with the sandbox that the key belongs to; full (the organisation has p_max); no_worker; no_room;
-- class_refused, with the classes that there are.
CREATE FUNCTION open_sandbox_v1(
  p_org uuid, p_id uuid, p_by text, p_repository text, p_class text, p_limits text, p_key text, p_body bytea, p_max integer, p_host text)
RETURNS TABLE (answer text, sandbox_id uuid, address text, key bytea, class text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now    timestamptz := clock_timestamp();
  v_row    sandbox;
  v_worker worker;
  v_there  text;
BEGIN
  PERFORM pg_advisory_xact_lock(727108, hashtext(p_org::text));
  PERFORM bury_sandboxes(v_now);
  SELECT s.* INTO v_row FROM sandbox s WHERE s.org_id = p_org AND s.sandbox_id = p_id;
  IF NOT FOUND AND p_key <> '' THEN
    SELECT s.* INTO v_row FROM sandbox s WHERE s.org_id = p_org AND s.idempotency_key = p_key;
    IF FOUND THEN
      RETURN QUERY SELECT CASE WHEN v_row.body_sha256 <> p_body THEN 'key_reused'
                               WHEN v_row.ready_at IS NULL AND v_row.removed_at IS NULL THEN 'in_progress'
                               ELSE 'replayed' END, v_row.sandbox_id, NULL::text, NULL::bytea, v_row.class;
      RETURN;
    END IF;
  END IF;

  IF v_row.sandbox_id IS NULL THEN
    IF (SELECT count(*) FROM sandbox s WHERE s.org_id = p_org AND s.removed_at IS NULL) >= p_max THEN
      RETURN QUERY SELECT 'full', NULL::uuid, NULL::text, NULL::bytea, NULL::text;
      RETURN;
    END IF;
    SELECT w.* INTO v_worker
      FROM worker w
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM sandbox s WHERE s.worker_id = w.worker_id AND s.removed_at IS NULL) held
     WHERE w.sandbox_address IS NOT NULL AND w.alive_until > v_now AND held.n < w.sandbox_room
       AND CASE WHEN p_class = '' THEN w.sandbox_class <> 'none' ELSE w.sandbox_class = p_class END
       -- Another machine's loopback is our own: somebody else listens there.
       AND (w.host = p_host OR NOT (w.sandbox_address LIKE '127.%' OR w.sandbox_address LIKE '[::1]%'))
     ORDER BY held.n, random() LIMIT 1;
    IF NOT FOUND THEN
      SELECT string_agg(DISTINCT w.sandbox_class, ', ' ORDER BY w.sandbox_class) INTO v_there
        FROM worker w WHERE w.sandbox_address IS NOT NULL AND w.alive_until > v_now;
      RETURN QUERY SELECT CASE WHEN v_there IS NULL THEN 'no_worker'
                               WHEN p_class = '' AND v_there = 'none' OR p_class <> '' AND p_class <> ALL (string_to_array(v_there, ', '))
                               THEN 'class_refused'
                               ELSE 'no_room' END, NULL::uuid, NULL::text, NULL::bytea, v_there;
      RETURN;
    END IF;
    INSERT INTO sandbox (org_id, sandbox_id, worker_id, repository_id, class, limits, created_by, idempotency_key, body_sha256, created_at,
                         last_used_at)
    VALUES (p_org, p_id, v_worker.worker_id, p_repository, v_worker.sandbox_class, p_limits, p_by, nullif(p_key, ''),
            CASE WHEN p_key <> '' THEN p_body END, v_now, v_now);
  ELSE
    SELECT w.* INTO v_worker FROM worker w WHERE w.worker_id = v_row.worker_id;
  END IF;
  RETURN QUERY SELECT 'opened', p_id, v_worker.sandbox_address, v_worker.sandbox_key, v_worker.sandbox_class;
END $$;

-- What a worker says of itself and of its sandboxes, every few seconds: where it listens, those that it keeps (also while they are made), and
-- those that it removed, with the reasons. Answers those that it keeps for nobody: they are to be removed there.
CREATE FUNCTION keep_sandboxes_v1(
  p_worker uuid, p_address text, p_key bytea, p_class text, p_room integer, p_held uuid[], p_gone uuid[], p_reasons text[])
RETURNS TABLE (sandbox_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c_patience constant interval := '1 minute';  -- a row is written before its worker hears of it
  c_kept     constant interval := '1 day';     -- what is removed, so that who asks for it is told why
  c_batch    constant integer := 500;
  v_now timestamptz := clock_timestamp();
BEGIN
  UPDATE worker w
     SET sandbox_address = nullif(p_address, ''), sandbox_key = p_key, sandbox_class = p_class, sandbox_room = p_room
   WHERE w.worker_id = p_worker
     AND (w.sandbox_address IS DISTINCT FROM nullif(p_address, '') OR w.sandbox_key IS DISTINCT FROM p_key
          OR w.sandbox_class IS DISTINCT FROM p_class OR w.sandbox_room <> p_room);
  UPDATE sandbox s SET removed_at = v_now, reason = g.reason
    FROM unnest(p_gone, p_reasons) g(sandbox_id, reason)
   WHERE s.sandbox_id = g.sandbox_id AND s.worker_id = p_worker AND s.removed_at IS NULL;
  UPDATE sandbox s SET removed_at = v_now, reason = 'worker_lost'
   WHERE s.worker_id = p_worker AND s.removed_at IS NULL AND s.created_at < v_now - c_patience AND s.sandbox_id <> ALL (p_held);
  PERFORM bury_sandboxes(v_now);
  DELETE FROM sandbox s
   WHERE (s.org_id, s.sandbox_id) IN (SELECT x.org_id, x.sandbox_id FROM sandbox x WHERE x.removed_at < v_now - c_kept
                                       ORDER BY x.removed_at LIMIT c_batch FOR UPDATE SKIP LOCKED);
  RETURN QUERY
    SELECT h.id FROM unnest(p_held) h(id)
     WHERE NOT EXISTS (SELECT FROM sandbox s WHERE s.worker_id = p_worker AND s.removed_at IS NULL AND s.sandbox_id = h.id);
END $$;
