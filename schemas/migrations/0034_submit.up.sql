-- submit again, and the release pass where a backlog waits: what a profile of many submits showed.

-- A task's context and request hold its prompt each: with one of a kilobyte the row passed the two kilobytes at which Postgres compresses
-- values and moves them out of the row, which was a third of a submit. What fits a page stays whole now; larger ones go as before.
ALTER TABLE task_spec SET (toast_tuple_target = 8160);

-- Answers, one for each task asked for: what 1, task_id as asked, n = 0 created, 1 replayed, 2 the key stands with another body, 3 the
-- repository is unknown; at = when it was created, of those that are ours; type = the id of the task that the key belongs to, body = the
-- stored response. A created task's first event is task_state {"status":"queued"} at that time: the caller knows it and is not told. Two of
-- one call must not share a key (the process merges them). p_step_of is the place, from 1, of the task that a step belongs to; p_open and
-- p_ended count a task's steps.
CREATE FUNCTION submit_v3(
  p_task uuid[], p_org uuid[], p_repository text[], p_kind text[], p_lane smallint[], p_context text[], p_request text[],
  p_traceparent text[], p_created_by text[], p_deadline_ms bigint[], p_open smallint[], p_ended smallint[],
  p_key text[], p_body_sha256 bytea[], p_response text[],
  p_step_of integer[], p_ordinal smallint[], p_queue smallint[], p_step_kind text[], p_title text[], p_payload text[],
  p_depends_on smallint[], p_parents text[], p_successors text[], p_inputs text[], p_on_task_end boolean[], p_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now     timestamptz;
  v_known   uuid[];  -- their repository exists
  v_mine    uuid[];  -- and their key, if any, is theirs
  v_new     uuid[];  -- and they were not here before
  v_all_new boolean;
BEGIN
  SELECT coalesce(array_agg(w.task_id), '{}') INTO v_known
    FROM unnest(p_task, p_org, p_repository) w(task_id, org_id, repository_id)
   WHERE EXISTS (SELECT FROM repository r WHERE r.org_id = w.org_id AND r.repository_id = w.repository_id);
  v_mine := v_known;
  IF '' <> ANY (p_key) THEN v_mine := keep_keys(v_known, p_task, p_org, p_key, p_body_sha256, p_response); END IF;

  v_now := clock_timestamp();
  WITH born AS (
    INSERT INTO task (task_id, org_id, created_at, deadline_at, last_seq, state, lane, known_steps, open_steps, end_steps)
    SELECT w.task_id, w.org_id, v_now, v_now + w.deadline_ms * interval '1 millisecond', 1, 'queued', w.lane, w.open, w.open, w.ended
      FROM unnest(p_task, p_org, p_lane, p_deadline_ms, p_open, p_ended) w(task_id, org_id, lane, deadline_ms, open, ended)
     WHERE w.task_id = ANY (v_mine)
     ORDER BY w.task_id
        ON CONFLICT (task_id) DO NOTHING
    RETURNING task_id)
  SELECT coalesce(array_agg(task_id), '{}') INTO v_new FROM born;
  v_all_new := cardinality(v_new) = cardinality(p_task);

  INSERT INTO task_spec (task_id, org_id, repository_id, kind, context, request, traceparent, created_by)
  SELECT w.* FROM unnest(p_task, p_org, p_repository, p_kind, p_context, p_request, p_traceparent, p_created_by) w(task_id)
   WHERE v_all_new OR w.task_id = ANY (v_new);
  INSERT INTO step_spec (task_id, ordinal, kind, title, payload, inputs, depends_on)
  SELECT p_task[s.step_of], s.ordinal, s.kind, s.title, s.payload, s.inputs::smallint[], s.parents::smallint[]
    FROM unnest(p_step_of, p_ordinal, p_step_kind, p_title, p_payload, p_inputs, p_parents)
         s(step_of, ordinal, kind, title, payload, inputs, parents)
   WHERE v_all_new OR p_task[s.step_of] = ANY (v_new);
  INSERT INTO event (task_id, first_seq, count, at, types, data)
  SELECT n.task_id, 1, 1, v_now, '{task_state}', ARRAY['{"status":"queued"}'] FROM unnest(v_new) n(task_id);

  RETURN QUERY
    WITH born AS (
      INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, announced_at, deps_left, on_task_end, time_limit_ms, successors)
      SELECT p_task[s.step_of], p_org[s.step_of], s.ordinal, s.queue, p_lane[s.step_of],
             CASE WHEN s.on_task_end OR s.depends_on > 0 THEN 'blocked' ELSE 'ready' END::step_state,
             -- is_held_back, without the call.
             CASE WHEN NOT s.on_task_end AND s.depends_on = 0
               AND NOT EXISTS (SELECT FROM hold h WHERE h.queue = s.queue AND h.lane = p_lane[s.step_of]
                                 AND h.org_id IN (p_org[s.step_of], '00000000-0000-0000-0000-000000000000') OFFSET 0) THEN v_now END,
             s.depends_on, s.on_task_end, s.time_limit_ms, s.successors::smallint[]
        FROM unnest(p_step_of, p_ordinal, p_queue, p_depends_on, p_successors, p_on_task_end, p_time_limit_ms)
             s(step_of, ordinal, queue, depends_on, successors, on_task_end, time_limit_ms)
       WHERE v_all_new OR p_task[s.step_of] = ANY (v_new)
      RETURNING task_id, ordinal, queue, lane, announced_at)
    SELECT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text, NULL::text
      FROM born s WHERE s.announced_at IS NOT NULL;
  -- Of those that were here before: from the rows, so that a repeat of a call whose answer was lost announces what is still to be announced.
  IF NOT v_all_new THEN
    RETURN QUERY
      SELECT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text, NULL::text
        FROM unnest(v_mine) m(task_id) JOIN step s ON s.task_id = m.task_id
       WHERE m.task_id <> ALL (v_new) AND s.state = 'ready' AND s.announced_at IS NOT NULL;
  END IF;
  RETURN QUERY
    SELECT 1::smallint, w.task_id, NULL::smallint,
           CASE WHEN NOT w.task_id = ANY (v_known) THEN 3
                WHEN v_all_new OR w.key = '' OR k.task_id = w.task_id THEN 0
                WHEN k.body_sha256 = w.body_sha256 THEN 1
                ELSE 2 END::bigint,
           NULL::smallint, NULL::smallint, CASE WHEN v_all_new THEN v_now ELSE (SELECT t.created_at FROM task t WHERE t.task_id = w.task_id) END,
           coalesce(k.task_id, w.task_id)::text, CASE WHEN k.task_id <> w.task_id THEN k.response END, NULL::text
      FROM unnest(p_task, p_org, p_key, p_body_sha256) w(task_id, org_id, key, body_sha256)
      LEFT JOIN idempotency_key k ON NOT v_all_new AND k.org_id = w.org_id AND k.key = w.key;
END $$;
DROP FUNCTION submit_v2;

-- Whether anything is held back is one probe of an index. As EXISTS the planner takes it for a set to be hashed, and each pass read the
-- whole backlog twice; a value with LIMIT 1 cannot be.

-- Says what new ready steps of this lane meet until the next pass: announced, or held back. Writes only what changes.
CREATE OR REPLACE FUNCTION publish_holds(p_queue smallint, p_lane smallint, p_full boolean, p_counts lane_count[], p_org_window bigint)
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
      OR (SELECT true FROM step s WHERE s.held AND s.queue = p_queue AND s.lane = p_lane AND s.org_id = o.org_id LIMIT 1);
  IF p_full THEN v_wanted := v_wanted || '00000000-0000-0000-0000-000000000000'::uuid; END IF;
  DELETE FROM hold h WHERE h.queue = p_queue AND h.lane = p_lane AND h.org_id <> ALL (v_wanted);
  INSERT INTO hold (queue, lane, org_id) SELECT p_queue, p_lane, w FROM unnest(v_wanted) w ON CONFLICT DO NOTHING;
END $$;

-- Called every 50-100 ms by one replica at a time. Idle lanes cost a few index probes.
CREATE OR REPLACE FUNCTION release_v1(p_org_window bigint, p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_mark lane_mark;
BEGIN
  IF NOT pg_try_advisory_xact_lock(727102) THEN RETURN; END IF;
  PERFORM set_config('synchronous_commit', 'off', true);  -- what a crash forgets is released again
  FOR v_mark IN
    SELECT l.* FROM lane_mark l
     WHERE l.announced > 0
        OR (SELECT true FROM step s WHERE s.queue = l.queue AND s.lane = l.lane AND s.announced_at >= l.floor_at LIMIT 1)
        OR (SELECT true FROM step s WHERE s.held AND s.queue = l.queue AND s.lane = l.lane LIMIT 1)
        OR EXISTS (SELECT FROM hold h WHERE h.queue = l.queue AND h.lane = l.lane)
     ORDER BY l.queue, l.lane
  LOOP
    RETURN QUERY SELECT * FROM release_lane(v_mark, p_org_window, p_batch);
  END LOOP;
END $$;
