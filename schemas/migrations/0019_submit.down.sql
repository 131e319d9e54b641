DROP FUNCTION submit_v2, keep_keys;

-- submit: the first of the moves. The caller makes the ids, so that a repeat is the same write.
--
-- Answers, one for each task asked for: what 1, task_id as asked, n = 0 created, 1 replayed, 2 the key stands with another body,
-- 3 the repository is unknown; type = the id of the task that the key belongs to, body = the stored response. Two of one call must not
-- share a key (the process merges them). p_step_of is the place, from 1, of the task that a step belongs to.
CREATE FUNCTION submit_v1(
  p_task uuid[], p_org uuid[], p_repository text[], p_kind text[], p_lane smallint[], p_context text[], p_request text[],
  p_traceparent text[], p_created_by text[], p_deadline_ms bigint[], p_key text[], p_body_sha256 bytea[], p_response text[],
  p_step_of integer[], p_ordinal smallint[], p_queue smallint[], p_step_kind text[], p_title text[], p_payload text[],
  p_depends_on text[], p_successors text[], p_inputs text[], p_on_task_end boolean[], p_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz;
  v_known uuid[];  -- their repository exists
  v_mine  uuid[];  -- and their key, if any, is theirs
  v_new   uuid[];  -- and they were not here before
BEGIN
  SELECT coalesce(array_agg(w.task_id), '{}') INTO v_known
    FROM unnest(p_task, p_org, p_repository) w(task_id, org_id, repository_id)
   WHERE EXISTS (SELECT FROM repository r WHERE r.org_id = w.org_id AND r.repository_id = w.repository_id);

  -- In order of the keys, so that two batches with the same keys never wait for each other in a circle. A key that another call is
  -- writing now makes us wait for its commit.
  INSERT INTO idempotency_key (org_id, key, task_id, body_sha256, response, created_at)
  SELECT w.org_id, w.key, w.task_id, w.body_sha256, w.response, clock_timestamp()
    FROM unnest(p_task, p_org, p_key, p_body_sha256, p_response) w(task_id, org_id, key, body_sha256, response)
   WHERE w.key <> '' AND w.task_id = ANY (v_known)
   ORDER BY w.org_id, w.key
      ON CONFLICT (org_id, key) DO NOTHING;

  -- A statement of its own: it sees the keys that others committed while we waited.
  RETURN QUERY
    SELECT 1::smallint, w.task_id, NULL::smallint,
           CASE WHEN w.task_id <> ALL (v_known) THEN 3
                WHEN w.key = '' OR k.task_id = w.task_id THEN 0
                WHEN k.body_sha256 = w.body_sha256 THEN 1
                WHEN k.task_id IS NOT NULL THEN 2 END::bigint,
           NULL::smallint, NULL::smallint, NULL::timestamptz, coalesce(k.task_id, w.task_id)::text, coalesce(k.response, w.response),
             NULL::text
      FROM unnest(p_task, p_org, p_key, p_body_sha256, p_response) w(task_id, org_id, key, body_sha256, response)
      LEFT JOIN idempotency_key k ON k.org_id = w.org_id AND k.key = w.key;
  SELECT coalesce(array_agg(w.task_id), '{}') INTO v_mine
    FROM unnest(p_task, p_org, p_key) w(task_id, org_id, key)
   WHERE w.task_id = ANY (v_known)
     AND (w.key = '' OR EXISTS (SELECT FROM idempotency_key k WHERE k.org_id = w.org_id AND k.key = w.key AND k.task_id = w.task_id));
  -- The key was there when we inserted and gone when we looked: it expired in between. The caller repeats the call.
  IF EXISTS (SELECT FROM unnest(p_task, p_org, p_key) w(task_id, org_id, key)
              WHERE w.key <> '' AND w.task_id = ANY (v_known)
                AND NOT EXISTS (SELECT FROM idempotency_key k WHERE k.org_id = w.org_id AND k.key = w.key)) THEN
    RAISE EXCEPTION 'an idempotency key expired during the call' USING ERRCODE = 'serialization_failure';
  END IF;

  v_now := clock_timestamp();
  WITH born AS (
    INSERT INTO task (task_id, org_id, created_at, deadline_at, last_seq, state, lane, known_steps, open_steps, end_steps)
    SELECT w.task_id, w.org_id, v_now, v_now + w.deadline_ms * interval '1 millisecond', 1, 'queued', w.lane, s.open, s.open, s.ended
      FROM unnest(p_task, p_org, p_lane, p_deadline_ms) WITH ORDINALITY w(task_id, org_id, lane, deadline_ms, place)
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE NOT x.on_task_end) AS open, count(*) FILTER (WHERE x.on_task_end) AS ended
             FROM unnest(p_step_of, p_on_task_end) x(step_of, on_task_end) WHERE x.step_of = w.place) s
     WHERE w.task_id = ANY (v_mine)
     ORDER BY w.task_id
        ON CONFLICT (task_id) DO NOTHING
    RETURNING task_id)
  SELECT coalesce(array_agg(task_id), '{}') INTO v_new FROM born;

  INSERT INTO task_spec (task_id, org_id, repository_id, kind, context, request, traceparent, created_by)
  SELECT w.* FROM unnest(p_task, p_org, p_repository, p_kind, p_context, p_request, p_traceparent, p_created_by) w(task_id)
   WHERE w.task_id = ANY (v_new);

  INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, announced_at, deps_left, on_task_end, time_limit_ms, successors)
  SELECT p_task[s.step_of], p_org[s.step_of], s.ordinal, s.queue, p_lane[s.step_of],
         CASE WHEN s.on_task_end OR cardinality(s.depends_on::smallint[]) > 0 THEN 'blocked' ELSE 'ready' END::step_state,
         CASE WHEN NOT s.on_task_end AND cardinality(s.depends_on::smallint[]) = 0
           AND NOT is_held_back(s.queue, p_lane[s.step_of], p_org[s.step_of]) THEN v_now END,
         cardinality(s.depends_on::smallint[]), s.on_task_end, s.time_limit_ms, s.successors::smallint[]
    FROM unnest(p_step_of, p_ordinal, p_queue, p_depends_on, p_successors, p_on_task_end, p_time_limit_ms)
         s(step_of, ordinal, queue, depends_on, successors, on_task_end, time_limit_ms)
   WHERE p_task[s.step_of] = ANY (v_new);

  INSERT INTO step_spec (task_id, ordinal, kind, title, payload, inputs, depends_on)
  SELECT p_task[s.step_of], s.ordinal, s.kind, s.title, s.payload, s.inputs::smallint[], s.depends_on::smallint[]
    FROM unnest(p_step_of, p_ordinal, p_step_kind, p_title, p_payload, p_inputs, p_depends_on)
         s(step_of, ordinal, kind, title, payload, inputs, depends_on)
   WHERE p_task[s.step_of] = ANY (v_new);

  INSERT INTO event (task_id, first_seq, count, at, types, data)
  SELECT n.task_id, 1, 1, v_now, ARRAY['task_state'], ARRAY['{"status":"queued"}'] FROM unnest(v_new) n(task_id);

  -- From the rows, so that a repeat of a call whose answer was lost announces what is still to be announced.
  RETURN QUERY
    SELECT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(v_mine) m(task_id) JOIN step s ON s.task_id = m.task_id JOIN task_spec t ON t.task_id = m.task_id
     WHERE s.state = 'ready' AND s.announced_at IS NOT NULL;
  RETURN QUERY
    SELECT 3::smallint, e.task_id, e.count, e.first_seq, NULL::smallint, NULL::smallint, e.at, e.types::text, e.data::text, t.traceparent
      FROM unnest(v_mine) m(task_id) JOIN event e ON e.task_id = m.task_id AND e.first_seq = 1 JOIN task_spec t ON t.task_id = m.task_id;
END $$;
