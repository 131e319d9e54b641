-- renew and leave: the lease is the process's. One row is written per renewal, whatever the process holds.

-- Takes running steps away from owners that are dead, gone, or have forgotten them, under the locks of their tasks. The epoch is raised, so
-- that a finish that comes later finds no row. p_why: crashed, left or forgotten. A crash makes a step a suspect, which then runs
-- beside no other suspect; only a crash while it was one counts towards the dead letter.
CREATE FUNCTION reclaim(
  p_task uuid[], p_ordinal smallint[], p_owner uuid[], p_why text[], p_max_crashes integer, p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_moved step_move[];
  v_rows  step[];
  v_news  news[];
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN t.finished_at IS NOT NULL AND NOT s.on_task_end THEN 'cancelled'
                        WHEN w.why = 'crashed' AND s.crashes >= p_max_crashes THEN 'failed'
                        ELSE 'ready' END::step_state,
           owner = NULL, claim_id = NULL, deadline_at = NULL, announces = 0, lease_epoch = s.lease_epoch + 1,
           attempts = s.attempts - (w.why = 'left')::integer,
           crashes = s.crashes + (w.why = 'crashed')::integer,
           handbacks = s.handbacks + (w.why = 'left')::integer,
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM unnest(p_task, p_ordinal, p_owner, p_why) WITH ORDINALITY w(task_id, ordinal, owner, why, place)
      JOIN task t ON t.task_id = w.task_id
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.owner = w.owner
    RETURNING s, w.place, (s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, NOT s.held, false, s.on_task_end, '{}',
                           w.place)::step_move AS move)
  SELECT array_agg(m.s ORDER BY m.place), array_agg(m.move ORDER BY m.place) INTO v_rows, v_moved FROM moved m;
  IF v_moved IS NULL THEN RETURN; END IF;

  SELECT array_agg(told) INTO v_news
    FROM settle_v1(
      v_moved,
      ARRAY(SELECT (m.task_id, m.place, 1, 'error',
                    '{"category":"A","code":"worker_crashed","message":"the process that ran this step died again and again","recoverable":false}')::said
              FROM unnest(v_moved) m WHERE m.state = 'failed'),
      ARRAY(SELECT (m.task_id, m.ordinal, 'A', 'worker_crashed', 'the process that ran step ' || m.ordinal || ' died again and again',
                    'look at the step''s logs: it may need more memory than its worker has', '')::reason
              FROM unnest(v_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.place),
      '{}', '{}', p_now) told;

  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT s.task_id, s.ordinal, s.lease_epoch - 1, s.attempts + (p_why[m.place] = 'left')::integer, p_owner[m.place], s.claimed_at, p_now,
         p_why[m.place], 'A', 'worker_' || p_why[m.place], 'the process that ran this step ended before the step did', '', '',
           q.first_seq, q.last_seq
    FROM unnest(v_rows) s
    JOIN unnest(v_moved) m ON m.task_id = s.task_id AND m.ordinal = s.ordinal
    JOIN (SELECT n.task_id, n.n AS first_seq, n.n + n.ordinal - 1 AS last_seq FROM unnest(v_news) n WHERE n.what = 3) q
      ON q.task_id = s.task_id;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

-- Answers what the process should know: 'cancelled' for a step that it holds and that is no longer running under it, 'unknown' (with its
-- epoch) for one that it held at its last renewal, holds no more, and that the rows still give it. A renewal after expiry is accepted: what
-- was rescued in between comes back as 'cancelled'. The database's clock alone decides how long the lease lasts.
CREATE FUNCTION renew_v1(
  p_worker uuid, p_queue smallint, p_host text, p_slots integer, p_busy integer, p_lease_ms bigint, p_task uuid[], p_ordinal smallint[],
  p_mark_queue smallint[], p_mark_lane smallint[], p_mark_us bigint[])
RETURNS TABLE (what text, task_id uuid, ordinal smallint, lease_epoch bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now    timestamptz := clock_timestamp();
  v_before record;
BEGIN
  SELECT w.held_task, w.held_ordinal INTO v_before FROM worker w WHERE w.worker_id = p_worker;
  INSERT INTO worker AS w (worker_id, queue, host, slots, busy, lease, started_at, renewed_at, alive_until, held_task, held_ordinal)
  VALUES (p_worker, p_queue, p_host, p_slots, p_busy, p_lease_ms * interval '1 millisecond', v_now, v_now,
          v_now + p_lease_ms * interval '1 millisecond', p_task, p_ordinal)
      ON CONFLICT (worker_id) DO UPDATE
     SET slots = excluded.slots, busy = excluded.busy, lease = excluded.lease, renewed_at = excluded.renewed_at,
         alive_until = excluded.alive_until, rescued_at = NULL, swept_at = NULL,
         held_task = excluded.held_task, held_ordinal = excluded.held_ordinal;

  IF p_mark_us <> '{}' THEN
    PERFORM 1 FROM unnest(p_mark_queue, p_mark_lane, p_mark_us) m(queue, lane, us)
       JOIN lane_mark l ON l.queue = m.queue AND l.lane = m.lane AND l.mark < to_timestamp(m.us / 1e6)
      ORDER BY l.queue, l.lane FOR UPDATE OF l;
    UPDATE lane_mark l SET mark = to_timestamp(m.us / 1e6)
      FROM unnest(p_mark_queue, p_mark_lane, p_mark_us) m(queue, lane, us)
     WHERE l.queue = m.queue AND l.lane = m.lane AND l.mark < to_timestamp(m.us / 1e6);
  END IF;

  RETURN QUERY
    SELECT 'cancelled', h.task_id, h.ordinal, 0::bigint
      FROM unnest(p_task, p_ordinal) h(task_id, ordinal)
     WHERE NOT EXISTS (SELECT FROM step s
                        WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'running' AND s.owner = p_worker);
  RETURN QUERY
    SELECT 'unknown', s.task_id, s.ordinal, s.lease_epoch
      FROM unnest(v_before.held_task, v_before.held_ordinal) b(task_id, ordinal)
      JOIN step s ON s.task_id = b.task_id AND s.ordinal = b.ordinal AND s.state = 'running' AND s.owner = p_worker
     WHERE NOT EXISTS (SELECT FROM unnest(p_task, p_ordinal) h(task_id, ordinal) WHERE h.task_id = b.task_id AND h.ordinal = b.ordinal);
END $$;

-- The process will not come back: what it still owns is ready again at once, and costs no attempt.
CREATE FUNCTION leave_v1(p_worker uuid) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_task    uuid[];
  v_ordinal smallint[];
BEGIN
  UPDATE worker w SET alive_until = clock_timestamp() WHERE w.worker_id = p_worker;
  -- No index finds steps by their owner (it would cost every claim): the open tasks are walked, once in a process's life.
  SELECT array_agg(s.task_id ORDER BY s.task_id, s.ordinal), array_agg(s.ordinal ORDER BY s.task_id, s.ordinal) INTO v_task, v_ordinal
    FROM task t JOIN step s ON s.task_id = t.task_id
   WHERE t.settled_at IS NULL AND s.state = 'running' AND s.owner = p_worker;
  IF v_task IS NOT NULL THEN
    PERFORM 1 FROM task t WHERE t.task_id = ANY (v_task) ORDER BY t.task_id FOR UPDATE;
    RETURN QUERY SELECT * FROM reclaim(v_task, v_ordinal, array_fill(p_worker, ARRAY[cardinality(v_task)]),
                                       array_fill('left'::text, ARRAY[cardinality(v_task)]), 0, clock_timestamp());
  END IF;
  DELETE FROM worker w WHERE w.worker_id = p_worker;
END $$;
