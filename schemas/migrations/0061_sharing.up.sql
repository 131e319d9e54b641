-- What a profile of a full fleet, and the times of a small organisation beside a large one, showed.

-- A step has two entries in its key's index: becoming ready is the one move that writes a new one. Filled to 90 % a page had no room for the
-- second ones, and each that met a full page looked through its rows for versions to remove, in vain while they run.
ALTER INDEX step_pkey SET (fillfactor = 50);
ALTER INDEX task_pkey SET (fillfactor = 50);
ALTER INDEX task_of_org SET (fillfactor = 50);

-- Several organisations in one lane: each of a small one's steps waited twice in each queue. First for the release pass, because the lane was
-- over its window with what the large one had announced there while it was alone; so who has less than a fair share of the window gets it
-- (max-min: who has least goes first). Then behind that large window: a task passes through all queues, so what is shared in one of them is
-- taken as shared in the others before the small one comes there.
ALTER TABLE lane_mark ADD COLUMN shared_at timestamptz NOT NULL DEFAULT '-infinity';  -- when several organisations were last seen in it

-- Lanes in which several organisations were seen lately, in whatever queue.
CREATE FUNCTION shared_lanes() RETURNS smallint[] LANGUAGE sql STABLE AS $$
  SELECT ARRAY(SELECT DISTINCT m.lane FROM lane_mark m WHERE m.shared_at > clock_timestamp() - interval '2 seconds')
$$;

CREATE OR REPLACE FUNCTION next_held(
  p_queue smallint, p_lane smallint, p_orgs uuid[], p_counts lane_count[], p_room integer, p_org_window bigint)
RETURNS TABLE (task_id uuid, ordinal smallint, org_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_limited boolean := EXISTS (SELECT FROM org_limit);
BEGIN
  RETURN QUERY
    SELECT c.task_id, c.ordinal, o.org_id
      FROM unnest(p_orgs) WITH ORDINALITY o(org_id, turn)
     CROSS JOIN LATERAL (SELECT coalesce((SELECT k.announced FROM unnest(p_counts) k WHERE k.org_id = o.org_id), 0) AS announced) n
     CROSS JOIN LATERAL (
           SELECT h.task_id, h.ordinal, row_number() OVER (ORDER BY h.task_id, h.ordinal) AS round
             FROM (SELECT s.task_id, s.ordinal FROM step s
                    WHERE s.held AND s.queue = p_queue AND s.lane = p_lane AND s.org_id = o.org_id
                    ORDER BY s.task_id, s.ordinal
                    LIMIT greatest(0, least(p_room, p_org_window - n.announced,
                                            CASE WHEN v_limited THEN org_room(o.org_id, p_queue) - n.announced END))
                  ) h) c
     ORDER BY n.announced + c.round, o.turn
     LIMIT p_room;
END $$;

CREATE OR REPLACE FUNCTION release_lane(p_mark lane_mark, p_org_window bigint, p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_orgs_a_pass constant integer := 64;
  c_begins      constant integer := 96;  -- what a lane with as many slots gets a pass at least, while it has no pace of its own yet
  v_now      timestamptz := clock_timestamp();
  v_counts   lane_count[];
  v_total    lane_count;
  v_window   integer;
  v_several  boolean;
  v_alone    boolean;
  v_share    integer;
  v_short    integer;  -- of their fair shares, together
  v_slots    bigint;
  v_claimed  float8;   -- a second
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
  v_orgs := held_organisations(p_mark.queue, p_mark.lane, p_mark.org_cursor, c_orgs_a_pass);
  v_several := (SELECT count(*) > 1 FROM (SELECT c.org_id FROM unnest(v_counts) c WHERE c.announced > 0 UNION SELECT unnest(v_orgs)) o);
  v_alone := NOT v_several AND p_mark.lane <> ALL (shared_lanes());
  v_slots := (SELECT coalesce(sum(w.slots), 0) FROM worker w WHERE w.queue = p_mark.queue AND w.alive_until > v_now);
  v_claimed := (p_mark.announced + v_total.fresh - v_total.announced)
               / greatest(0.05, extract(epoch FROM v_now) - extract(epoch FROM p_mark.counted_at));
  v_window := least(8192, greatest(64, CASE WHEN v_alone THEN greatest(v_claimed / 2, 2 * v_slots, p_mark.lane_window - p_mark.lane_window / 8)
                                            ELSE greatest(v_claimed / 20, least(v_slots, c_begins)) END));
  -- Who has less than a fair share of the window announced gets it, whoever fills the rest: so at most two windows are out.
  v_share := v_window / greatest(1, cardinality(v_orgs));
  v_short := (SELECT coalesce(sum(greatest(0, v_share - coalesce(c.announced, 0))), 0)
                FROM unnest(v_orgs) o(org_id) LEFT JOIN unnest(v_counts) c ON c.org_id = o.org_id
               WHERE v_several);
  v_room := least(p_batch, greatest(v_window - v_total.announced, v_short));

  IF v_room > 0 AND v_orgs <> '{}' THEN
    SELECT array_agg(h.task_id), array_agg(h.ordinal), array_agg(h.org_id) INTO v_task, v_ordinal, v_of
      FROM next_held(p_mark.queue, p_mark.lane, v_orgs, v_counts, v_room,
                     CASE WHEN v_short > v_window - v_total.announced THEN least(v_share, p_org_window) ELSE p_org_window END) h;
    -- A claim takes no task lock, nor do we: what somebody else has in hand is left. "Held" is spelled out, so that the rows are found by
    -- their key: the index of what is held looks empty to statistics from before the backlog, and was walked once for each of them.
    RETURN QUERY
      WITH mine AS (
        SELECT s.task_id, s.ordinal FROM step s JOIN unnest(v_task, v_ordinal) h(task_id, ordinal) ON s.task_id = h.task_id
          AND s.ordinal = h.ordinal
         WHERE s.state = 'ready' AND s.announced_at IS NULL ORDER BY s.task_id, s.ordinal FOR UPDATE OF s SKIP LOCKED),
      moved AS (
        UPDATE step s SET announced_at = v_now, announces = 0 FROM mine m
         WHERE s.task_id = m.task_id AND s.ordinal = m.ordinal AND s.state = 'ready' AND s.announced_at IS NULL
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
    OR v_floor > p_mark.floor_at OR v_several THEN
    UPDATE lane_mark l
       SET floor_at = v_floor, counted_at = v_now, announced = v_total.announced + v_released,
           lane_window = v_window, shared_at = CASE WHEN v_several THEN v_now ELSE l.shared_at END,
           org_cursor = coalesce(v_of[cardinality(v_of)], l.org_cursor)
     WHERE l.queue = p_mark.queue AND l.lane = p_mark.lane;
  END IF;
END $$;

-- The pass counts what is announced in each lane, row by row, to say when its window is full. Where nothing is held back and nobody shares,
-- a lane is counted only so often: at worst its window is passed by what comes in so long.
-- Called every 50-100 ms by one replica at a time. Idle lanes cost a few index probes.
CREATE FUNCTION release_v2(p_org_window bigint, p_batch integer, p_recount_ms integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_mark    lane_mark;
  v_shared  smallint[] := shared_lanes();
  v_recount timestamptz := clock_timestamp() - p_recount_ms * interval '1 millisecond';
BEGIN
  IF NOT pg_try_advisory_xact_lock(727102) THEN RETURN; END IF;
  PERFORM set_config('synchronous_commit', 'off', true);  -- what a crash forgets is released again
  FOR v_mark IN
    SELECT l.* FROM lane_mark l
     WHERE (l.counted_at <= v_recount OR l.lane = ANY (v_shared))
           AND (l.announced > 0
                OR (SELECT true FROM step s WHERE s.queue = l.queue AND s.lane = l.lane AND s.announced_at >= l.floor_at LIMIT 1))
        OR (SELECT true FROM step s WHERE s.held AND s.queue = l.queue AND s.lane = l.lane LIMIT 1)
        OR EXISTS (SELECT FROM hold h WHERE h.queue = l.queue AND h.lane = l.lane)
     ORDER BY l.queue, l.lane
  LOOP
    RETURN QUERY SELECT * FROM release_lane(v_mark, p_org_window, p_batch);
  END LOOP;
END $$;
DROP FUNCTION release_v1;
