-- release and reannounce: how much of what is ready is told to Kafka, and again when the hint was lost. Kafka is first-in-first-out, so
-- fairness is kept before it: at most a window of steps per (queue, lane), and per organisation in it, is announced and not yet claimed.
-- The deep backlog stays here, in the index step_held, and is released organisation by organisation.

CREATE TYPE lane_count AS (org_id uuid, announced integer, oldest timestamptz, fresh integer, seen integer);

-- Moves on the time before which every announcement is visible. A transaction takes its id before it reads the clock, so all that was
-- announced before pending_at belongs to transactions older than the one that wrote pending_at; when the oldest that still runs is
-- younger, pending_at is settled. Without this the floor of a lane could pass a step whose finish had not committed yet.
CREATE FUNCTION settle_announcements() RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  c_every  constant interval := '200 milliseconds';
  v_memory announce_memory;
  v_now    timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO v_memory FROM announce_memory;
  IF v_memory.pending_at < v_now - c_every AND pg_snapshot_xmin(pg_current_snapshot()) >= v_memory.pending_xid THEN
    UPDATE announce_memory SET settled_at = pending_at, pending_at = v_now, pending_xid = pg_current_xact_id()
    RETURNING * INTO v_memory;
  END IF;
  RETURN v_memory.settled_at;
END $$;

-- The next organisations that have held-back steps, from the cursor on and around; skips from one to the next in the index.
CREATE FUNCTION held_organisations(p_queue smallint, p_lane smallint, p_after uuid, p_most integer) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  v_orgs uuid[] := '{}';
  v_at   uuid := p_after;
  v_next uuid;
  v_wrapped boolean := false;
BEGIN
  WHILE cardinality(v_orgs) < p_most LOOP
    SELECT s.org_id INTO v_next FROM step s
     WHERE s.held AND s.queue = p_queue AND s.lane = p_lane AND s.org_id > v_at ORDER BY s.org_id LIMIT 1;
    IF v_wrapped AND (v_next IS NULL OR v_next > p_after) OR v_next = ANY (v_orgs) THEN EXIT; END IF;
    IF v_next IS NULL THEN
      v_wrapped := true;
      v_at := '00000000-0000-0000-0000-000000000000';
    ELSE
      v_orgs := v_orgs || v_next;
      v_at := v_next;
    END IF;
  END LOOP;
  RETURN v_orgs;
END $$;

-- Says what new ready steps of this lane meet until the next pass: announced, or held back. Writes only what changes.
CREATE FUNCTION publish_holds(p_queue smallint, p_lane smallint, p_full boolean, p_counts lane_count[], p_org_window bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_wanted uuid[];
BEGIN
  SELECT coalesce(array_agg(o.org_id), '{}') INTO v_wanted
    FROM (SELECT c.org_id FROM unnest(p_counts) c
           UNION SELECT h.org_id FROM hold h WHERE h.queue = p_queue AND h.lane = p_lane
             AND h.org_id <> '00000000-0000-0000-0000-000000000000') o
   WHERE EXISTS (SELECT FROM unnest(p_counts) c WHERE c.org_id = o.org_id AND c.announced >= p_org_window)
      -- What is held back goes first.
      OR EXISTS (SELECT FROM step s WHERE s.held AND s.queue = p_queue AND s.lane = p_lane AND s.org_id = o.org_id);
  IF p_full THEN v_wanted := v_wanted || '00000000-0000-0000-0000-000000000000'::uuid; END IF;
  DELETE FROM hold h WHERE h.queue = p_queue AND h.lane = p_lane AND h.org_id <> ALL (v_wanted);
  INSERT INTO hold (queue, lane, org_id) SELECT p_queue, p_lane, w FROM unnest(v_wanted) w ON CONFLICT DO NOTHING;
END $$;

-- The next held-back steps of a lane, one of each organisation in turn.
CREATE FUNCTION next_held(p_queue smallint, p_lane smallint, p_orgs uuid[], p_counts lane_count[], p_room integer, p_org_window bigint)
RETURNS TABLE (task_id uuid, ordinal smallint, org_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT c.task_id, c.ordinal, o.org_id
      FROM unnest(p_orgs) WITH ORDINALITY o(org_id, turn)
     CROSS JOIN LATERAL (
           SELECT h.task_id, h.ordinal, row_number() OVER (ORDER BY h.task_id, h.ordinal) AS round
             FROM (SELECT s.task_id, s.ordinal FROM step s
                    WHERE s.held AND s.queue = p_queue AND s.lane = p_lane AND s.org_id = o.org_id
                    ORDER BY s.task_id, s.ordinal
                    LIMIT greatest(0, least(p_room, p_org_window - coalesce((SELECT k.announced
                                                                             FROM unnest(p_counts) k WHERE k.org_id = o.org_id), 0)))
                  ) h) c
     ORDER BY c.round, o.turn
     LIMIT p_room;
END $$;

-- One lane's pass. The window is twice what was claimed since the last pass, or what the living workers can hold, between 64 and 8,192;
-- it shrinks slowly.
CREATE FUNCTION release_lane(p_mark lane_mark, p_org_window bigint, p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_orgs_a_pass constant integer := 64;
  v_now      timestamptz := clock_timestamp();
  v_counts   lane_count[];
  v_total    lane_count;
  v_window   integer;
  v_room     integer;
  v_orgs     uuid[];
  v_task     uuid[];
  v_ordinal  smallint[];
  v_of       uuid[];
  v_released integer := 0;
  v_floor    timestamptz := p_mark.floor_at;
BEGIN
  SELECT array_agg((x.org_id, x.announced, x.oldest, x.fresh, x.seen)::lane_count) INTO v_counts
    FROM (SELECT s.org_id, count(*) FILTER (WHERE s.state = 'ready') AS announced,
          min(s.announced_at) FILTER (WHERE s.state = 'ready') AS oldest,
                 count(*) FILTER (WHERE s.announced_at > p_mark.counted_at) AS fresh, count(*) AS seen
            FROM step s
           WHERE s.queue = p_mark.queue AND s.lane = p_mark.lane AND s.announced_at >= p_mark.floor_at
           GROUP BY s.org_id) x;
  SELECT NULL, coalesce(sum(c.announced), 0), min(c.oldest), coalesce(sum(c.fresh), 0), coalesce(sum(c.seen), 0) INTO v_total
    FROM unnest(v_counts) c;
  v_window := least(8192, greatest(64, 2 * (p_mark.announced + v_total.fresh - v_total.announced),
                                   p_mark.lane_window - p_mark.lane_window / 8,
                                   2 * (SELECT coalesce(sum(w.slots), 0) FROM worker w WHERE w.queue = p_mark.queue
                                        AND w.alive_until > v_now)));
  v_room := least(p_batch, greatest(0, v_window - v_total.announced));

  v_orgs := held_organisations(p_mark.queue, p_mark.lane, p_mark.org_cursor, c_orgs_a_pass);
  IF v_room > 0 AND v_orgs <> '{}' THEN
    SELECT array_agg(h.task_id), array_agg(h.ordinal), array_agg(h.org_id) INTO v_task, v_ordinal, v_of
      FROM next_held(p_mark.queue, p_mark.lane, v_orgs, v_counts, v_room, p_org_window) h;
    -- A claim takes no task lock, nor do we: what somebody else has in hand is left.
    RETURN QUERY
      WITH mine AS (
        SELECT s.task_id, s.ordinal FROM step s JOIN unnest(v_task, v_ordinal) h(task_id, ordinal) ON s.task_id = h.task_id
          AND s.ordinal = h.ordinal
         WHERE s.held ORDER BY s.task_id, s.ordinal FOR UPDATE OF s SKIP LOCKED),
      moved AS (
        UPDATE step s SET announced_at = v_now, announces = 0 FROM mine m WHERE s.task_id = m.task_id AND s.ordinal = m.ordinal AND s.held
        RETURNING s.task_id, s.ordinal, s.queue, s.lane)
      SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
        FROM moved m JOIN task_spec t ON t.task_id = m.task_id;
    GET DIAGNOSTICS v_released = ROW_COUNT;
    v_counts := v_counts || ARRAY(SELECT (o, 0, NULL, 0, 0)::lane_count FROM unnest(v_orgs) o
                                   WHERE NOT EXISTS (SELECT FROM unnest(v_counts) c WHERE c.org_id = o));
    v_counts := ARRAY(SELECT (c.org_id, c.announced + (SELECT count(*) FROM unnest(v_of) f WHERE f = c.org_id), c.oldest, c.fresh,
                              c.seen)::lane_count
                        FROM unnest(v_counts) c);
  END IF;
  PERFORM publish_holds(p_mark.queue, p_mark.lane, v_total.announced + v_released >= v_window, v_counts, p_org_window);

  IF v_total.seen > v_total.announced THEN v_floor := greatest(v_floor, least(v_total.oldest, settle_announcements())); END IF;
  IF v_released > 0 OR v_total.fresh > 0 OR p_mark.announced <> v_total.announced OR p_mark.lane_window <> v_window
    OR v_floor > p_mark.floor_at THEN
    UPDATE lane_mark l
       SET floor_at = v_floor, counted_at = v_now, announced = v_total.announced + v_released,
           lane_window = v_window, org_cursor = coalesce(v_of[cardinality(v_of)], l.org_cursor)
     WHERE l.queue = p_mark.queue AND l.lane = p_mark.lane;
  END IF;
END $$;

-- Called every 50-100 ms by one replica at a time. Idle lanes cost a few index probes.
CREATE FUNCTION release_v1(p_org_window bigint, p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_mark lane_mark;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727102) THEN RETURN; END IF;
  PERFORM set_config('synchronous_commit', 'off', true);  -- what a crash forgets is released again
  FOR v_mark IN
    SELECT l.* FROM lane_mark l
     WHERE l.announced > 0
        OR EXISTS (SELECT FROM step s WHERE s.queue = l.queue AND s.lane = l.lane AND s.announced_at >= l.floor_at)
        OR EXISTS (SELECT FROM step s WHERE s.held AND s.queue = l.queue AND s.lane = l.lane)
        OR EXISTS (SELECT FROM hold h WHERE h.queue = l.queue AND h.lane = l.lane)
     ORDER BY l.queue, l.lane
  LOOP
    RETURN QUERY SELECT * FROM release_lane(v_mark, p_org_window, p_batch);
  END LOOP;
END $$;

-- Was the dispatch lost, or is the queue deep? Never judged by Kafka, only by what workers claimed (ENGINE). Overtaken: announced well
-- before something that was claimed. Probe: each second the oldest of a lane that waits for long is announced again; if that one is
-- claimed, the mark jumps, and the rest is overtaken.
CREATE FUNCTION reannounce_v1(p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now     timestamptz := clock_timestamp();
  v_task    uuid[];
  v_ordinal smallint[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(727103) THEN RETURN; END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  WITH probe AS (
    SELECT l.queue, l.lane, p.task_id, p.ordinal
      FROM lane_mark l
     CROSS JOIN LATERAL (
           SELECT s.task_id, s.ordinal FROM step s
            WHERE s.queue = l.queue AND s.lane = l.lane AND s.announced_at >= l.floor_at AND s.state = 'ready'
              AND s.announced_at < v_now - interval '2 seconds' * power(2, least(s.announces, 5))
            ORDER BY s.announced_at LIMIT 1) p
     WHERE l.probed_at < v_now - interval '1 second'),
  probed AS (
    UPDATE lane_mark l SET probed_at = v_now FROM probe p WHERE l.queue = p.queue AND l.lane = p.lane RETURNING l.queue),
  overtaken AS (
    SELECT o.task_id, o.ordinal
      FROM lane_mark l
     CROSS JOIN LATERAL (
           SELECT s.task_id, s.ordinal FROM step s
            WHERE s.queue = l.queue AND s.lane = l.lane AND s.announced_at >= l.floor_at AND s.state = 'ready'
              AND s.announced_at < l.mark - interval '2 seconds' * power(2, least(s.announces, 7))
            ORDER BY s.announced_at LIMIT p_batch) o)
  SELECT array_agg(x.task_id), array_agg(x.ordinal) INTO v_task, v_ordinal
    FROM (SELECT p.task_id, p.ordinal FROM probe p UNION SELECT o.task_id, o.ordinal FROM overtaken o LIMIT p_batch) x;
  IF v_task IS NULL THEN RETURN; END IF;

  RETURN QUERY
    WITH mine AS (
      SELECT s.task_id, s.ordinal FROM step s JOIN unnest(v_task, v_ordinal) h(task_id, ordinal) ON s.task_id = h.task_id
        AND s.ordinal = h.ordinal
       WHERE s.state = 'ready' AND s.announced_at IS NOT NULL
       ORDER BY s.task_id, s.ordinal FOR UPDATE OF s SKIP LOCKED),
    moved AS (
      UPDATE step s SET announced_at = v_now, announces = least(s.announces + 1, 100)
        FROM mine m WHERE s.task_id = m.task_id AND s.ordinal = m.ordinal
      RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.announces)
    SELECT 4::smallint, m.task_id, m.ordinal, m.announces::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM moved m JOIN task_spec t ON t.task_id = m.task_id;
END $$;
