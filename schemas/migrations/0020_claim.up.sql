-- claim again, in one statement (0008 says what a claim is). The rows are probed and locked in the order of p_task and p_ordinal, which the
-- caller sorts, and that is the order in which all moves lock ready steps. What a lost answer hid is found by its claim_id when fewer were
-- taken than asked for. A step whose process died twice is a suspect (tasks::kCrashesOfASuspect): from the first time on, the hundred steps
-- that one killed process held would follow each other one by one.
CREATE FUNCTION claim_v2(
  p_worker uuid, p_queue smallint, p_durable boolean, p_task uuid[], p_ordinal smallint[], p_claim uuid[], p_suspect boolean)
RETURNS TABLE (
  task_id uuid, ordinal smallint, lease_epoch bigint, attempt smallint, crashes smallint, handbacks smallint, lane smallint, org_id uuid,
  announced_us bigint, kind text, title text, payload text, context text, traceparent text, input_ordinals smallint[], input_outputs text[],
  forgiven smallint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_us    bigint := extract(epoch FROM v_now) * 1e6;
  v_taken integer;
BEGIN
  IF NOT p_durable THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
  -- Limits: where none is set, this is all that they cost. What is over them is parked, under the locks of the steps.
  IF EXISTS (SELECT FROM org_limit) THEN
    PERFORM 1
       FROM unnest(p_task, p_ordinal) w(task_id, ordinal) JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
      WHERE s.state = 'ready' AND s.queue = p_queue
      ORDER BY s.task_id, s.ordinal
        FOR UPDATE OF s;
    SELECT l.tasks, l.ordinals, l.claims INTO p_task, p_ordinal, p_claim FROM within_limits(p_queue, p_task, p_ordinal, p_claim) l;
  END IF;

  -- A step is leased while its owner is alive: a process that has not renewed, or was declared dead, must not take any. The epoch never
  -- returns, not even after a failover that forgot a claim: it is a counter that cannot fall behind the clock.
  RETURN QUERY
    WITH taken AS (
      UPDATE step s
         SET state = 'running', owner = p_worker, claim_id = w.claim_id, attempts = s.attempts + 1, claimed_at = v_now,
             deadline_at = v_now + s.time_limit_ms * interval '1 millisecond', lease_epoch = greatest(s.lease_epoch + 1, v_us)
        FROM unnest(p_task, p_ordinal, p_claim) w(task_id, ordinal, claim_id)
       WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'ready' AND s.queue = p_queue
         AND EXISTS (SELECT FROM worker k WHERE k.worker_id = p_worker AND k.alive_until > v_now)
         AND (s.crashes < 2 OR p_suspect AND (s.task_id, s.ordinal) = (  -- looked for only when there is one
           SELECT x.task_id, x.ordinal
             FROM unnest(p_task, p_ordinal) y(task_id, ordinal) JOIN step x ON x.task_id = y.task_id AND x.ordinal = y.ordinal
            WHERE x.state = 'ready' AND x.queue = p_queue AND x.crashes >= 2
            ORDER BY x.task_id, x.ordinal LIMIT 1))
      RETURNING s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.crashes, s.handbacks, s.lane, s.org_id, s.announced_at, s.forgiven)
    SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.crashes, s.handbacks, s.lane, s.org_id,
           (extract(epoch FROM s.announced_at) * 1e6)::bigint, d.kind, d.title, d.payload, t.context, t.traceparent, d.inputs,
           CASE WHEN d.inputs <> '{}' THEN
             ARRAY(SELECT coalesce(o.output, '')
                     FROM unnest(d.inputs) WITH ORDINALITY i(ordinal, place)
                     LEFT JOIN step o ON o.task_id = s.task_id AND o.ordinal = i.ordinal
                    ORDER BY i.place) END,
           s.forgiven
      FROM taken s
      JOIN step_spec d ON d.task_id = s.task_id AND d.ordinal = s.ordinal
      JOIN task_spec t ON t.task_id = s.task_id;
  GET DIAGNOSTICS v_taken = ROW_COUNT;
  IF v_taken = cardinality(p_task) THEN RETURN; END IF;

  IF v_taken = 0 AND NOT EXISTS (SELECT FROM worker k WHERE k.worker_id = p_worker AND k.alive_until > v_now) THEN
    RAISE EXCEPTION 'worker % has no lease', p_worker USING ERRCODE = 'AR001';
  END IF;
  RETURN QUERY
    SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.crashes, s.handbacks, s.lane, s.org_id,
           (extract(epoch FROM s.announced_at) * 1e6)::bigint, d.kind, d.title, d.payload, t.context, t.traceparent, d.inputs,
           ARRAY(SELECT coalesce(o.output, '')
                   FROM unnest(d.inputs) WITH ORDINALITY i(ordinal, place)
                   LEFT JOIN step o ON o.task_id = s.task_id AND o.ordinal = i.ordinal
                  ORDER BY i.place),
           s.forgiven
      FROM unnest(p_task, p_ordinal, p_claim) w(task_id, ordinal, claim_id)
      JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
      JOIN step_spec d ON d.task_id = s.task_id AND d.ordinal = s.ordinal
      JOIN task_spec t ON t.task_id = s.task_id
     WHERE s.state = 'running' AND s.claim_id = w.claim_id AND s.owner = p_worker AND s.claimed_at <> v_now;
END $$;

DROP FUNCTION claim_v1;
