-- limits: how many steps of an organisation may run at once, in all queues together or in one. Enforced by the claim: what is over the
-- limit is parked (ready, and not announced), and the release pass announces no more than has room. Nothing spins.

CREATE TABLE org_limit (
  org_id      uuid NOT NULL,      -- nil: of every organisation that has no row of its own
  queue       smallint NOT NULL CHECK (queue BETWEEN 0 AND 5),  -- 0: all queues together
  max_running integer NOT NULL CHECK (max_running >= 0),        -- 0: none
  PRIMARY KEY (org_id, queue)
);

-- What limited organisations run. A claim adds rows; nobody has to remove them: a row counts while its step is running, and the next claim
-- of the organisation sweeps the others. So it holds about as many rows as the limits allow.
CREATE TABLE running_slot (
  org_id  uuid NOT NULL,
  task_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  PRIMARY KEY (org_id, task_id, ordinal)
);

-- NULL: none.
CREATE FUNCTION org_limit_of(p_org uuid, p_queue smallint) RETURNS integer STABLE LANGUAGE plpgsql AS $$
DECLARE
  c_nil constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  RETURN (SELECT nullif(l.max_running, 0) FROM org_limit l
           WHERE l.org_id IN (p_org, c_nil) AND l.queue = p_queue ORDER BY l.org_id = c_nil LIMIT 1);
END $$;

-- How many steps of this queue the organisation may start now; NULL: as many as it likes.
CREATE FUNCTION org_room(p_org uuid, p_queue smallint) RETURNS integer STABLE LANGUAGE plpgsql AS $$
DECLARE
  v_all      integer := org_limit_of(p_org, 0::smallint);
  v_queue    integer := org_limit_of(p_org, p_queue);
  v_runs     integer;
  v_runs_here integer;
BEGIN
  IF v_all IS NULL AND v_queue IS NULL THEN RETURN NULL; END IF;
  SELECT count(*), count(*) FILTER (WHERE s.queue = p_queue) INTO v_runs, v_runs_here
    FROM running_slot r JOIN step s ON s.task_id = r.task_id AND s.ordinal = r.ordinal
   WHERE r.org_id = p_org AND s.state = 'running';
  RETURN least(v_all - v_runs, v_queue - v_runs_here);
END $$;

-- Of the steps that a claim wants, and whose rows it has locked, those that the limits allow. The others are parked. Two claims of an
-- organisation follow each other here: its lock is taken after all row locks, in one order, and whoever holds it waits for nothing more.
CREATE FUNCTION within_limits(p_queue smallint, p_task uuid[], p_ordinal smallint[], p_claim uuid[])
RETURNS TABLE (tasks uuid[], ordinals smallint[], claims uuid[]) LANGUAGE plpgsql AS $$
DECLARE
  v_orgs uuid[];
  v_over integer[];  -- places in the arguments
BEGIN
  v_orgs := ARRAY(SELECT DISTINCT s.org_id
                    FROM unnest(p_task, p_ordinal) w(task_id, ordinal) JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
                   WHERE s.state = 'ready' AND s.queue = p_queue
                     AND (org_limit_of(s.org_id, 0::smallint) IS NOT NULL OR org_limit_of(s.org_id, p_queue) IS NOT NULL));
  IF v_orgs = '{}' THEN
    RETURN QUERY SELECT p_task, p_ordinal, p_claim;
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(727106, k.key) FROM (SELECT DISTINCT hashtext(o::text) AS key FROM unnest(v_orgs) o ORDER BY 1) k;

  -- New statements see what others claimed while we waited.
  DELETE FROM running_slot r
   WHERE r.org_id = ANY (v_orgs)
     AND NOT EXISTS (SELECT FROM step s WHERE s.task_id = r.task_id AND s.ordinal = r.ordinal AND s.state = 'running');
  v_over := ARRAY(
    SELECT x.place
      FROM (SELECT w.place, s.org_id, row_number() OVER (PARTITION BY s.org_id ORDER BY w.place) AS rank
              FROM unnest(p_task, p_ordinal) WITH ORDINALITY w(task_id, ordinal, place)
              JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
             WHERE s.state = 'ready' AND s.queue = p_queue AND s.org_id = ANY (v_orgs)) x
      JOIN (SELECT o.org_id, org_room(o.org_id, p_queue) AS room FROM unnest(v_orgs) o(org_id)) r ON r.org_id = x.org_id
     WHERE x.rank > r.room);
  UPDATE step s SET announced_at = NULL
    FROM unnest(v_over) o(place)
   WHERE s.task_id = p_task[o.place] AND s.ordinal = p_ordinal[o.place] AND s.state = 'ready' AND s.announced_at IS NOT NULL;
  INSERT INTO running_slot (org_id, task_id, ordinal)
  SELECT s.org_id, s.task_id, s.ordinal
    FROM unnest(p_task, p_ordinal) WITH ORDINALITY w(task_id, ordinal, place)
    JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
   WHERE s.state = 'ready' AND s.queue = p_queue AND s.org_id = ANY (v_orgs) AND w.place <> ALL (v_over)
      ON CONFLICT DO NOTHING;
  RETURN QUERY
    SELECT coalesce(array_agg(w.task_id ORDER BY w.place), '{}'), coalesce(array_agg(w.ordinal ORDER BY w.place), '{}'),
           coalesce(array_agg(w.claim_id ORDER BY w.place), '{}')
      FROM unnest(p_task, p_ordinal, p_claim) WITH ORDINALITY w(task_id, ordinal, claim_id, place) WHERE w.place <> ALL (v_over);
END $$;

-- NULL takes the row away. What runs at this moment is counted; a claim that is under way at this moment may come on top.
CREATE FUNCTION set_org_limit_v1(p_org uuid, p_queue smallint, p_max integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  c_nil constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  IF p_max IS NULL THEN
    DELETE FROM org_limit l WHERE l.org_id = p_org AND l.queue = p_queue;
    RETURN;
  END IF;
  INSERT INTO org_limit AS l (org_id, queue, max_running) VALUES (p_org, p_queue, p_max)
      ON CONFLICT (org_id, queue) DO UPDATE SET max_running = excluded.max_running WHERE l.max_running <> excluded.max_running;
  -- No index finds running steps: the open tasks are walked, once a change.
  IF FOUND AND p_max > 0 THEN
    INSERT INTO running_slot (org_id, task_id, ordinal)
    SELECT s.org_id, s.task_id, s.ordinal
      FROM task t JOIN step s ON s.task_id = t.task_id
     WHERE t.settled_at IS NULL AND s.state = 'running' AND (p_org = c_nil OR t.org_id = p_org)
        ON CONFLICT DO NOTHING;
  END IF;
END $$;

-- The next held-back steps of a lane, one of each organisation in turn; of one that is limited no more than it may run, so that nothing is
-- announced only to be parked again.
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
     ORDER BY c.round, o.turn
     LIMIT p_room;
END $$;
