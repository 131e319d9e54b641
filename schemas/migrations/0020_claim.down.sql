DROP FUNCTION claim_v2;

-- claim: takes the steps that are still ready and returns what their handlers need. Touches step rows only.
--
-- A step that is not returned was taken, cancelled, meant for another queue, or never existed; nobody needs to know which. A claim in
-- doubt is repeated under its claim_id: the step is running under it already and is returned again, with the same epoch.
--
-- A step that crashed a process is a suspect. A process holds one suspect at a time, or its next crash would count against innocent ones
-- too: of a batch at most one is taken, and none unless p_suspect. The others stay ready and are announced again.
CREATE FUNCTION claim_v1(
  p_worker uuid, p_queue smallint, p_durable boolean, p_task uuid[], p_ordinal smallint[], p_claim uuid[], p_suspect boolean DEFAULT true)
RETURNS TABLE (
  task_id uuid, ordinal smallint, lease_epoch bigint, attempt smallint, crashes smallint, handbacks smallint, lane smallint, org_id uuid,
  announced_us bigint, kind text, title text, payload text, context text, traceparent text, input_ordinals smallint[], input_outputs text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF NOT p_durable THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;

  -- A step is leased while its owner is alive: a process that has not renewed, or was declared dead, must not take any.
  IF NOT EXISTS (SELECT FROM worker w WHERE w.worker_id = p_worker AND w.alive_until > clock_timestamp()) THEN
    RAISE EXCEPTION 'worker % has no lease', p_worker USING ERRCODE = 'AR001';
  END IF;

  -- Locks first, in the one order that all moves share, so that two batches never wait for each other in a circle.
  PERFORM 1
     FROM unnest(p_task, p_ordinal) w(task_id, ordinal) JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
    WHERE s.state = 'ready' AND s.queue = p_queue
    ORDER BY s.task_id, s.ordinal
      FOR UPDATE OF s;

  -- A new statement sees what others committed while we waited. The epoch never returns, not even after a failover that forgot a claim:
  -- it is a counter that cannot fall behind the clock.
  UPDATE step s
     SET state = 'running', owner = p_worker, claim_id = w.claim_id, attempts = s.attempts + 1, claimed_at = clock_timestamp(),
         deadline_at = clock_timestamp() + s.time_limit_ms * interval '1 millisecond',
         lease_epoch = greatest(s.lease_epoch + 1, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint)
    FROM unnest(p_task, p_ordinal, p_claim) w(task_id, ordinal, claim_id)
   WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'ready' AND s.queue = p_queue
     AND (s.crashes = 0 OR p_suspect AND (s.task_id, s.ordinal) = (  -- looked for only when there is one
       SELECT x.task_id, x.ordinal
         FROM unnest(p_task, p_ordinal) y(task_id, ordinal) JOIN step x ON x.task_id = y.task_id AND x.ordinal = y.ordinal
        WHERE x.state = 'ready' AND x.queue = p_queue AND x.crashes > 0
        ORDER BY x.task_id, x.ordinal LIMIT 1));

  RETURN QUERY
    SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, s.crashes, s.handbacks, s.lane, s.org_id,
           (extract(epoch FROM s.announced_at) * 1e6)::bigint, d.kind, d.title, d.payload, t.context, t.traceparent, d.inputs,
           ARRAY(SELECT coalesce(o.output, '')
                   FROM unnest(d.inputs) WITH ORDINALITY i(ordinal, place)
                   LEFT JOIN step_output o ON o.task_id = s.task_id AND o.ordinal = i.ordinal
                  ORDER BY i.place)
      FROM unnest(p_task, p_ordinal, p_claim) w(task_id, ordinal, claim_id)
      JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
      JOIN step_spec d ON d.task_id = s.task_id AND d.ordinal = s.ordinal
      JOIN task_spec t ON t.task_id = s.task_id
     WHERE s.state = 'running' AND s.claim_id = w.claim_id AND s.owner = p_worker;
END $$;
