-- rescue: steps of processes that stopped renewing become ready again. One replica at a time; the others come back with nothing.

-- Steps that run under dead owners, and, when p_search, those that their living owner has forgotten: claimed more than a lease before a
-- renewal in which it did not name them (a claim whose answer never arrived), or owned by nobody that is known. No index finds steps by
-- their owner, because it would cost every claim: the open tasks are walked.
CREATE FUNCTION orphaned_steps(p_dead uuid[], p_search boolean, p_now timestamptz, p_batch integer)
RETURNS TABLE (task_id uuid, ordinal smallint, owner uuid, why text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT s.task_id, s.ordinal, s.owner, CASE WHEN s.owner = ANY (p_dead) THEN 'crashed' ELSE 'forgotten' END
      FROM task t
      JOIN step s ON s.task_id = t.task_id AND s.state = 'running'
      LEFT JOIN worker w ON w.worker_id = s.owner
     WHERE t.settled_at IS NULL
       AND (s.owner = ANY (p_dead)
            OR p_search AND CASE
                 WHEN w.worker_id IS NULL THEN s.claimed_at < p_now - interval '1 minute'
                 WHEN w.alive_until < p_now THEN false
                 ELSE s.claimed_at < w.renewed_at - w.lease
                      AND NOT EXISTS (SELECT FROM unnest(w.held_task, w.held_ordinal) h(task_id, ordinal)
                                       WHERE h.task_id = s.task_id AND h.ordinal = s.ordinal)
               END)
     ORDER BY t.task_id, s.ordinal
     LIMIT p_batch;
END $$;

-- Which expired processes are declared dead in this pass. When more than a fifth expired at once, the fault is more likely ours (a frozen
-- database, a lost network): one more lease is waited, and then at most a tenth is taken a pass.
CREATE FUNCTION declare_dead(p_now timestamptz) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  c_mass_at_least constant integer := 3;  -- below, an ordinary crash would look like a catastrophe in a small fleet
  v_expired integer;
  v_known   integer;
  v_lease   interval;
  v_since   timestamptz;
  v_most    integer;
  v_dead    uuid[];
BEGIN
  SELECT count(*) FILTER (WHERE w.alive_until < p_now AND w.rescued_at IS NULL), count(*), max(w.lease) FILTER (WHERE w.alive_until < p_now)
    INTO v_expired, v_known, v_lease
    FROM worker w WHERE w.queue IS NOT NULL AND w.swept_at IS NULL;
  v_most := v_known;
  IF v_expired >= c_mass_at_least AND v_expired * 5 > v_known THEN
    SELECT m.mass_death_at INTO v_since FROM rescue_memory m;
    IF v_since IS NULL THEN
      UPDATE rescue_memory SET mass_death_at = p_now;
      v_since := p_now;
    END IF;
    v_most := CASE WHEN v_since + v_lease > p_now THEN 0 ELSE least(v_most, greatest(1, v_known / 10)) END;
  ELSIF v_expired = 0 THEN
    UPDATE rescue_memory SET mass_death_at = NULL WHERE mass_death_at IS NOT NULL;
  END IF;

  -- Their rows stay locked until we commit: a renewal that comes now waits, and is told what it lost.
  PERFORM 1 FROM worker w WHERE w.alive_until < p_now AND w.swept_at IS NULL AND w.queue IS NOT NULL ORDER BY w.worker_id FOR UPDATE;
  WITH chosen AS (
    SELECT w.worker_id FROM worker w
     WHERE w.alive_until < p_now AND w.rescued_at IS NULL AND w.swept_at IS NULL AND w.queue IS NOT NULL
       AND pg_postmaster_start_time() + w.lease < p_now  -- a database that was away could not take renewals
     ORDER BY w.alive_until LIMIT v_most)
  UPDATE worker w SET rescued_at = p_now FROM chosen c WHERE w.worker_id = c.worker_id AND w.alive_until < p_now;
  SELECT coalesce(array_agg(w.worker_id), '{}') INTO v_dead
    FROM worker w WHERE w.rescued_at IS NOT NULL AND w.swept_at IS NULL AND w.alive_until < p_now;
  RETURN v_dead;
END $$;

CREATE FUNCTION rescue_v1(p_max_crashes integer, p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_search_every constant interval := '30 seconds';
  c_claims_end   constant interval := '15 seconds';  -- no claim runs longer than its statement's time-out: none can commit later than this
  v_now     timestamptz := clock_timestamp();
  v_dead    uuid[];
  v_search  boolean;
  v_task    uuid[];
  v_ordinal smallint[];
  v_owner   uuid[];
  v_why     text[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(727101) THEN RETURN; END IF;
  v_dead := declare_dead(v_now);
  SELECT m.searched_at < v_now - c_search_every INTO v_search FROM rescue_memory m;
  IF v_dead = '{}' AND NOT v_search THEN RETURN; END IF;

  SELECT array_agg(o.task_id), array_agg(o.ordinal), array_agg(o.owner), array_agg(o.why)
    INTO v_task, v_ordinal, v_owner, v_why
    FROM orphaned_steps(v_dead, v_search, v_now, p_batch) o;
  IF v_search THEN UPDATE rescue_memory SET searched_at = v_now; END IF;
  IF v_task IS NULL OR cardinality(v_task) < p_batch THEN
    UPDATE worker w SET swept_at = v_now
     WHERE w.worker_id = ANY (v_dead) AND w.alive_until < v_now - c_claims_end AND w.worker_id <> ALL (coalesce(v_owner, '{}'));
  END IF;
  IF v_task IS NULL THEN RETURN; END IF;

  PERFORM 1 FROM task t WHERE t.task_id = ANY (v_task) ORDER BY t.task_id FOR UPDATE;
  RETURN QUERY SELECT * FROM reclaim(v_task, v_ordinal, v_owner, v_why, p_max_crashes, clock_timestamp());
END $$;
