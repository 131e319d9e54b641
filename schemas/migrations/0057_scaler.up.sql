-- What an autoscaler asks (infra/k8s): how many steps of a queue there is work for now. One function, and a role that may call
-- it and nothing else.

-- Ready and running steps of the queue. Not what is paused, waits, or is blocked, for none of that is ready; nor what a limit of its
-- organisation parks: of a limited one no more counts than it may run. What is held back behind the window counts: it would run if there were
-- workers. At most 2,000: more than any queue's replicas have slots.
--
-- It reads little, whatever the backlog: the announced steps above the lane's floor, which the release pass reads ten times a second anyway;
-- of those that are held back so many entries of an index as may still count; and of the running ones what workers said with their last
-- renewal, because no index finds them (0002). So a step that was claimed in the last ARGOSY_RENEW_MS may be missing.
CREATE FUNCTION scaler_load_v1(p_queue text) RETURNS integer STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  c_nil     constant uuid := '00000000-0000-0000-0000-000000000000';
  c_most    constant integer := 2000;
  c_orgs    constant integer := 256;    -- organisations of a lane with held-back steps that are looked at
  c_scanned constant integer := 10000;  -- announced steps of a lane that are looked at, the newest
  v_queue   smallint := (SELECT q FROM generate_series(1, 5) q WHERE queue_name(q::smallint) = p_queue);
  v_limited boolean := EXISTS (SELECT FROM org_limit);
  v_load    integer;
  v_room    integer;
  v_org     record;
BEGIN
  IF v_queue IS NULL THEN RAISE EXCEPTION 'there is no queue "%"', p_queue USING ERRCODE = 'invalid_parameter_value'; END IF;
  SELECT count(*) INTO v_load
    FROM (SELECT FROM worker k
           CROSS JOIN LATERAL unnest(k.held_task, k.held_ordinal) h(task_id, ordinal)
            JOIN step s ON s.task_id = h.task_id AND s.ordinal = h.ordinal
           WHERE k.queue = v_queue AND s.queue = v_queue AND s.state = 'running' AND s.owner = k.worker_id
           LIMIT c_most) r;
  FOR v_org IN
    SELECT o.org_id, count(*) FILTER (WHERE o.announced)::integer AS announced
      FROM (SELECT a.org_id, true AS announced
              FROM lane_mark l
             CROSS JOIN LATERAL (SELECT s.org_id, s.state FROM step s
                                  WHERE s.queue = l.queue AND s.lane = l.lane AND s.announced_at >= l.floor_at
                                  ORDER BY s.announced_at DESC LIMIT c_scanned) a
             WHERE l.queue = v_queue AND a.state = 'ready'
            UNION ALL
            SELECT unnest(held_organisations(l.queue, l.lane, c_nil, c_orgs)), false FROM lane_mark l WHERE l.queue = v_queue) o
     GROUP BY o.org_id
  LOOP
    v_room := c_most - v_load;
    IF v_limited THEN v_room := greatest(0, least(v_room, org_room(v_org.org_id, v_queue))); END IF;
    EXIT WHEN v_load >= c_most;
    v_load := v_load + least(v_room, v_org.announced + (
      SELECT count(*)
        FROM (SELECT FROM lane_mark l
               CROSS JOIN LATERAL (SELECT FROM step s
                                    WHERE s.held AND s.queue = l.queue AND s.lane = l.lane AND s.org_id = v_org.org_id
                                    LIMIT greatest(0, v_room - v_org.announced)) h
               WHERE l.queue = v_queue
               LIMIT greatest(0, v_room - v_org.announced)) b));
  END LOOP;
  RETURN coalesce(v_load, 0);
END $$;

-- The role needs no right of its own, because everybody who may connect may call the function: it tells a count. So a dump of this database says
-- nothing of a role that another cluster may lack. A role belongs to the whole cluster, so another database may have made it, and who migrates may
-- not be allowed to: then it is made by hand (infra/k8s/README.md). It cannot log in before somebody gives it a password.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'argosy_scaler') THEN
    CREATE ROLE argosy_scaler NOLOGIN CONNECTION LIMIT 20;
    ALTER ROLE argosy_scaler SET default_transaction_read_only = on;
    ALTER ROLE argosy_scaler SET statement_timeout = '2s';
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN RAISE NOTICE 'the role argosy_scaler is to be made by who may make roles';
END $$;
