-- Back to 0021: what succeeded gets its own rows again, and the functions their old texts.
DROP VIEW step_attempt;
DROP FUNCTION submit_v2, keep_keys, finish_v2, finish_plain, added_by_finish, settle_attempts, finished_before_v2, settle_v2,
              promote_end_steps_v2, tell_v2, claim_v2;

CREATE TABLE step_output (
  task_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  output  text NOT NULL,
  PRIMARY KEY (task_id, ordinal)
);
INSERT INTO step_output (task_id, ordinal, output) SELECT task_id, ordinal, output FROM step WHERE output IS NOT NULL;
-- Which events a success was told with is not known any more: none, so that a finish that is repeated tells none again.
INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, first_seq, last_seq)
SELECT task_id, ordinal, lease_epoch, attempts, owner, claimed_at, succeeded_at, 'succeeded', 0, 0 FROM step WHERE succeeded_at IS NOT NULL;

ALTER TABLE step
  DROP CONSTRAINT step_runs_owned_and_without_dependencies,
  DROP COLUMN succeeded_at, DROP COLUMN output, SET (fillfactor = 70);
UPDATE step SET owner = NULL, claim_id = NULL WHERE state <> 'running' AND (owner IS NOT NULL OR claim_id IS NOT NULL);
ALTER TABLE step
  ADD CONSTRAINT step_time_limit_ms_check CHECK (time_limit_ms > 0),
  ADD CONSTRAINT step_ordinal_check CHECK (ordinal >= 0),
  ADD CONSTRAINT step_queue_check CHECK (queue BETWEEN 1 AND 5),
  ADD CONSTRAINT step_lane_check CHECK (lane BETWEEN 0 AND 2),
  ADD CONSTRAINT step_deps_left_check CHECK (deps_left >= 0),
  ADD CONSTRAINT step_attempts_check CHECK (attempts >= 0),
  ADD CONSTRAINT step_crashes_check CHECK (crashes >= 0),
  ADD CONSTRAINT step_handbacks_check CHECK (handbacks >= 0),
  ADD CONSTRAINT step_announces_check CHECK (announces >= 0),
  ADD CONSTRAINT step_forgiven_check CHECK (forgiven >= 0),
  ADD CONSTRAINT step_owned_while_running CHECK ((state = 'running') = (owner IS NOT NULL) AND (owner IS NULL) = (claim_id IS NULL)),
  ADD CONSTRAINT step_runs_without_dependencies CHECK (deps_left = 0 OR state IN ('blocked', 'cancelled')),
  ADD CONSTRAINT step_due_while_waiting CHECK (due_at IS NULL OR state = 'waiting'),
  ADD CONSTRAINT step_deadline_while_running CHECK (deadline_at IS NULL OR state = 'running'),
  ADD CONSTRAINT step_of_the_end_has_no_dependencies CHECK (NOT on_task_end OR deps_left = 0);
ALTER TABLE task
  DROP CONSTRAINT task_ends_with_nothing_open,
  ADD CONSTRAINT task_last_seq_check CHECK (last_seq >= 0),
  ADD CONSTRAINT task_lane_check CHECK (lane BETWEEN 0 AND 2),
  ADD CONSTRAINT task_known_steps_check CHECK (known_steps > 0),
  ADD CONSTRAINT task_check CHECK (open_steps BETWEEN 0 AND known_steps),
  ADD CONSTRAINT task_end_steps_check CHECK (end_steps >= 0),
  ADD CONSTRAINT task_progress_check CHECK (progress BETWEEN 0 AND 100),
  ADD CONSTRAINT task_finished_when_terminal CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  ADD CONSTRAINT task_succeeds_with_nothing_open CHECK (state <> 'succeeded' OR open_steps = 0),
  ADD CONSTRAINT task_settled_when_all_closed
    CHECK ((settled_at IS NOT NULL) = (finished_at IS NOT NULL AND open_steps = 0 AND end_steps = 0));
ALTER TABLE event
  ADD CONSTRAINT event_first_seq_check CHECK (first_seq > 0),
  ADD CONSTRAINT event_count_check CHECK (count > 0),
  ADD CONSTRAINT event_arrays_have_its_count CHECK (cardinality(types) = count AND cardinality(data) = count);

-- Reached by an illegal move only: the triggers below ask first, without a call.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'illegal move of a % from % to %', tg_table_name, old.state, new.state USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER task_moves AFTER UPDATE OF state ON task FOR EACH ROW
  WHEN (old.state <> new.state AND NOT task_may_move(old.state, new.state)) EXECUTE FUNCTION refuse_move();
CREATE TRIGGER step_moves AFTER UPDATE OF state ON step FOR EACH ROW
  WHEN (old.state <> new.state AND NOT step_may_move(old.state, new.state)) EXECUTE FUNCTION refuse_move();

-- A task's state before and after a move, and by how much its counters change.
CREATE TYPE verdict AS (task_id uuid, was task_state, becomes task_state, opened integer, ended integer, added integer);

-- Counters decide, never a search for open rows. p_stop: tasks that end as cancelled.
CREATE FUNCTION judge_tasks(p_moved step_move[], p_failing uuid[], p_stop uuid[]) RETURNS verdict[] LANGUAGE plpgsql AS $$
DECLARE
  v_verdicts verdict[];
BEGIN
  SELECT array_agg((t.task_id, t.state,
           CASE
             WHEN t.finished_at IS NOT NULL THEN t.state
             WHEN t.task_id = ANY (p_stop) THEN 'cancelled'
             WHEN t.task_id = ANY (p_failing) THEN 'failed'
             WHEN t.open_steps + d.opened = 0 THEN 'succeeded'
             WHEN t.state IN ('queued', 'planning') AND d.planned THEN 'running'
             WHEN t.state = 'queued' AND d.plan_moved THEN 'planning'
             ELSE t.state
           END, d.opened, d.ended, d.added)::verdict)
    INTO v_verdicts
    FROM (SELECT m.task_id,
                 coalesce(sum(open_delta(m.added, m.state)) FILTER (WHERE NOT m.on_task_end), 0)::integer AS opened,
                 coalesce(sum(open_delta(m.added, m.state)) FILTER (WHERE m.on_task_end), 0)::integer AS ended,
                 count(*) FILTER (WHERE m.added AND NOT m.on_task_end)::integer AS added,
                 bool_or(m.ordinal = 0) AS plan_moved,
                 bool_or(m.ordinal = 0 AND m.state = 'succeeded') AS planned
            FROM unnest(p_moved) m GROUP BY m.task_id) d
    JOIN task t ON t.task_id = d.task_id;
  RETURN v_verdicts;
END $$;

-- What hangs on the end of tasks that end now, whatever the end is.
CREATE FUNCTION promote_end_steps(p_verdicts verdict[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = 'ready',
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM unnest(p_verdicts) v JOIN task t ON t.task_id = v.task_id
     WHERE v.was <> v.becomes AND v.becomes IN ('succeeded', 'failed', 'cancelled') AND t.end_steps > 0
       AND s.task_id = v.task_id AND s.on_task_end AND s.state = 'blocked'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, true, '{}', 1000000003)::step_move)
    INTO v_ready FROM moved m;
  RETURN v_ready;
END $$;

-- Numbers all that is to be told, writes one event row a task and the task's own row, and returns what it wrote.
CREATE FUNCTION tell(p_moved step_move[], p_said said[], p_verdicts verdict[], p_now timestamptz) RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  WITH line AS (
    SELECT e.task_id, e.place, e.n AS rank, 0::smallint AS ordinal, e.type, e.data FROM unnest(p_said) e
    UNION ALL
    SELECT m.task_id, m.place, 1000000000 + m.added::integer, m.ordinal, 'step_state',
           format('{"step":%s,"queue":"%s","state":"%s","attempt":%s}', m.ordinal, queue_name(m.queue), m.state, m.attempt)
      FROM unnest(p_moved) m
    UNION ALL
    SELECT v.task_id, -1, 1, 0, 'task_state', '{"status":"planning"}'
      FROM unnest(p_verdicts) v WHERE v.was = 'queued' AND v.becomes IN ('planning', 'running', 'succeeded')
    UNION ALL
    SELECT v.task_id, 1000000002, 1, 0, 'task_state', format('{"status":"%s"}', v.becomes)
      FROM unnest(p_verdicts) v WHERE v.was <> v.becomes AND v.becomes <> 'planning'),
  bundle AS (
    SELECT l.task_id, count(*)::smallint AS count, array_agg(l.type) AS types, array_agg(l.data) AS data
      FROM (SELECT * FROM line ORDER BY line.task_id, line.place, line.rank, line.ordinal) l GROUP BY l.task_id),
  moved AS (
    UPDATE task t
       SET last_seq = t.last_seq + b.count,
           state = v.becomes,
           known_steps = t.known_steps + v.added,
           open_steps = t.open_steps + v.opened,
           end_steps = t.end_steps + v.ended,
           finished_at = CASE WHEN v.becomes IN ('succeeded', 'failed', 'cancelled') THEN coalesce(t.finished_at, p_now) END,
           deadline_at = CASE WHEN v.becomes IN ('succeeded', 'failed', 'cancelled') THEN NULL ELSE t.deadline_at END,
           settled_at = CASE WHEN v.becomes IN ('succeeded', 'failed', 'cancelled') AND t.open_steps + v.opened = 0
             AND t.end_steps + v.ended = 0
                             THEN coalesce(t.settled_at, p_now) END,
           -- Added steps make the share of finished ones smaller; what a user was shown never falls.
           progress = greatest(t.progress, CASE
             WHEN v.becomes = 'succeeded' THEN 100
             WHEN v.becomes IN ('failed', 'cancelled') THEN 0
             ELSE least(99, 100 * (t.known_steps + v.added - t.open_steps - v.opened) / (t.known_steps + v.added)) END)
      FROM bundle b JOIN unnest(p_verdicts) v ON v.task_id = b.task_id
     WHERE t.task_id = b.task_id
    RETURNING t.task_id, t.last_seq - b.count AS base),
  written AS (
    INSERT INTO event (task_id, first_seq, count, at, types, data)
    SELECT m.task_id, m.base + 1, b.count, p_now, b.types, b.data FROM moved m JOIN bundle b ON b.task_id = m.task_id)
  SELECT 3::smallint, m.task_id, b.count, m.base + 1, NULL::smallint, NULL::smallint, p_now, b.types::text, b.data::text, s.traceparent
    FROM moved m JOIN bundle b ON b.task_id = m.task_id JOIN task_spec s ON s.task_id = m.task_id;
END $$;

-- Counts down what hangs on steps that succeeded. Two steps of one batch may share a dependent: they are added up first, because an
-- UPDATE applies one row a target. Under a task that has ended or fails now nothing is promoted.
CREATE OR REPLACE FUNCTION promote_dependents(p_moved step_move[], p_failing uuid[], p_now timestamptz) RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH hit AS (
    SELECT m.task_id, d.ordinal, count(*)::smallint AS n
      FROM unnest(p_moved) m JOIN task t ON t.task_id = m.task_id CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
     WHERE m.state = 'succeeded' AND t.finished_at IS NULL AND m.task_id <> ALL (p_failing)
     GROUP BY m.task_id, d.ordinal),
  moved AS (
    UPDATE step s
       SET deps_left = s.deps_left - h.n,
           state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
           announced_at = CASE WHEN s.deps_left = h.n AND NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM hit h
     WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, '{}',
                    1000000000)::step_move)
    INTO v_ready FROM moved m WHERE m.state = 'ready';
  RETURN v_ready;
END $$;

-- p_stop: tasks that someone cancels; p_fail: tasks that fail whatever their steps say. Both are open, and locked.
CREATE OR REPLACE FUNCTION settle_v1(
  p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_failing  uuid[] := p_fail;
  v_all      step_move[] := coalesce(p_moved, '{}');
  v_verdicts verdict[];
BEGIN
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.state = 'failed') THEN
    v_failing := v_failing || failing_tasks(p_moved);
  END IF;
  IF v_failing <> '{}' THEN
    INSERT INTO task_error (task_id, org_id, category, code, message, hint, details)
    SELECT t.task_id, t.org_id, r.category, r.code, r.message, r.hint, r.details
      FROM unnest(p_reasons) r JOIN task t ON t.task_id = r.task_id
     WHERE r.task_id = ANY (v_failing)
        ON CONFLICT (task_id) DO NOTHING;
    v_all := v_all || cut_tasks(v_failing);
  END IF;
  IF EXISTS (SELECT FROM unnest(p_moved) m WHERE m.successors <> '{}') THEN
    v_all := v_all || promote_dependents(p_moved, v_failing, p_now);
  END IF;
  v_verdicts := judge_tasks(v_all, v_failing, p_stop);
  IF EXISTS (SELECT FROM unnest(v_verdicts) v WHERE v.was <> v.becomes AND v.becomes IN ('succeeded', 'failed', 'cancelled')) THEN
    v_all := v_all || promote_end_steps(v_verdicts, p_now);
  END IF;
  v_all := park_paused(v_all);

  RETURN QUERY SELECT * FROM tell(v_all, p_said, v_verdicts, p_now);
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(v_all) m JOIN task_spec t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND m.announced
     ORDER BY m.task_id, m.ordinal;
END $$;

CREATE OR REPLACE FUNCTION tell_steered(p_task uuid, p_moved step_move[], p_what jsonb, p_now timestamptz) RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT * FROM tell(coalesce(p_moved, '{}'), ARRAY[(p_task, 0, 0, 'steered', p_what::text)::said],
                       ARRAY(SELECT (t.task_id, t.state, t.state, 0, 0, 0)::verdict FROM task t WHERE t.task_id = p_task), p_now);
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(p_moved) m JOIN task_spec t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND m.announced
     ORDER BY m.ordinal;
END $$;

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
  announced_us bigint, kind text, title text, payload text, context text, traceparent text, input_ordinals smallint[], input_outputs text[],
  forgiven smallint)
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

  -- Limits: where none is set, this is all that they cost.
  IF EXISTS (SELECT FROM org_limit) THEN
    SELECT l.tasks, l.ordinals, l.claims INTO p_task, p_ordinal, p_claim FROM within_limits(p_queue, p_task, p_ordinal, p_claim) l;
  END IF;

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
                  ORDER BY i.place),
           s.forgiven
      FROM unnest(p_task, p_ordinal, p_claim) w(task_id, ordinal, claim_id)
      JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
      JOIN step_spec d ON d.task_id = s.task_id AND d.ordinal = s.ordinal
      JOIN task_spec t ON t.task_id = s.task_id
     WHERE s.state = 'running' AND s.claim_id = w.claim_id AND s.owner = p_worker;
END $$;

-- A finish whose answer was lost comes again, with the same epoch. The attempt's row tells that it was accepted. What is told again: its
-- events as they were numbered, and whatever of its tasks is ready now (a hint too many costs one index probe).
CREATE FUNCTION finished_before(p_task uuid[], p_ordinal smallint[], p_epoch bigint[]) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_again attempt[];
BEGIN
  SELECT array_agg(a) INTO v_again
    FROM unnest(p_task, p_ordinal, p_epoch) w(task_id, ordinal, epoch)
    JOIN attempt a ON a.task_id = w.task_id AND a.ordinal = w.ordinal AND a.lease_epoch = w.epoch
   WHERE a.outcome IN ('succeeded', 'failed', 'retry', 'handed_back');
  IF v_again IS NULL THEN RETURN; END IF;

  RETURN QUERY
    SELECT 1::smallint, a.task_id, a.ordinal, a.lease_epoch, NULL::smallint, NULL::smallint, NULL::timestamptz, a.outcome, NULL::text,
      NULL::text
      FROM unnest(v_again) a;
  RETURN QUERY
    SELECT DISTINCT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text,
      t.traceparent
      FROM unnest(v_again) a JOIN step s ON s.task_id = a.task_id JOIN task_spec t ON t.task_id = a.task_id
     WHERE s.state = 'ready' AND s.announced_at IS NOT NULL;
  RETURN QUERY
    SELECT DISTINCT 3::smallint, e.task_id, e.count, e.first_seq, NULL::smallint, NULL::smallint, e.at, e.types::text, e.data::text,
      t.traceparent
      FROM unnest(v_again) a
      JOIN task_spec t ON t.task_id = a.task_id
      JOIN event e ON e.task_id = a.task_id AND e.first_seq BETWEEN a.first_seq AND a.last_seq;
END $$;

-- Answers: what 1 for each that was accepted, now or before (task_id, ordinal, n = its epoch). What is not answered lost its
-- lease: its result is dropped. p_outcome is succeeded, failed, retry or handed_back; p_event_of and p_added_by are places, from 1.
CREATE FUNCTION finish_v1(
  p_worker uuid, p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_outcome text[], p_output text[], p_category "char"[],
  p_code text[], p_message text[], p_hint text[], p_details text[], p_retry_ms bigint[], p_started_ms bigint[], p_finished_ms bigint[],
  p_event_of integer[], p_event_type text[], p_event_data text[],
  p_added_by integer[], p_added_ordinal smallint[], p_added_queue smallint[], p_added_kind text[], p_added_title text[],
  p_added_payload text[], p_added_depends_on text[], p_added_parents text[], p_added_successors text[], p_added_inputs text[],
  p_added_on_task_end boolean[], p_added_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now     timestamptz;
  v_moved   step_move[];
  v_failing uuid[] := '{}';
  v_new     new_step[];
  v_news    news[];
BEGIN
  -- Locks first. The running rows below need none of their own: whoever moves a step out of running holds its task's lock.
  PERFORM 1 FROM task t WHERE t.task_id = ANY (p_task) ORDER BY t.task_id FOR UPDATE;
  v_now := clock_timestamp();

  -- What a step of an ended task asked for is not done: it is cancelled instead of run again. What it made is kept.
  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN w.outcome IN ('succeeded', 'failed') THEN w.outcome
                        WHEN t.finished_at IS NOT NULL AND NOT s.on_task_end THEN 'cancelled'
                        WHEN w.outcome = 'retry' THEN 'waiting'
                        ELSE 'ready' END::step_state,
           owner = NULL, claim_id = NULL, deadline_at = NULL,
           due_at = CASE WHEN w.outcome = 'retry' AND (t.finished_at IS NULL OR s.on_task_end)
             THEN v_now + w.retry_ms * interval '1 millisecond' END,
           attempts = s.attempts - (w.outcome = 'handed_back')::integer,
           handbacks = s.handbacks + (w.outcome = 'handed_back')::integer,
           announces = CASE WHEN w.outcome = 'handed_back' THEN 0 ELSE s.announces END,
           announced_at = CASE WHEN w.outcome <> 'handed_back' THEN s.announced_at
                               WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
      FROM unnest(p_task, p_ordinal, p_epoch, p_outcome, p_retry_ms) WITH ORDINALITY w(task_id, ordinal, epoch, outcome, retry_ms, place)
      JOIN task t ON t.task_id = w.task_id
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
    RETURNING s.*, w.place)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, m.successors,
                    m.place)::step_move
                   ORDER BY m.place)
    INTO v_moved FROM moved m;

  IF coalesce(cardinality(v_moved), 0) < cardinality(p_task) THEN
    RETURN QUERY SELECT * FROM finished_before(p_task, p_ordinal, p_epoch);
    IF v_moved IS NULL THEN RETURN; END IF;
  END IF;

  INSERT INTO step_output (task_id, ordinal, output)
  SELECT m.task_id, m.ordinal, p_output[m.place] FROM unnest(v_moved) m WHERE m.state = 'succeeded'
      ON CONFLICT (task_id, ordinal) DO UPDATE SET output = excluded.output;

  IF p_added_by <> '{}' THEN
    v_failing := failing_tasks(v_moved);
    SELECT array_agg((m.task_id, m.place, a.ordinal, a.queue, a.kind, a.title, a.payload, a.depends_on::smallint[],
                      a.parents::smallint[], a.successors::smallint[], a.inputs::smallint[], a.on_task_end, a.time_limit_ms)::new_step)
      INTO v_new
      FROM unnest(p_added_by, p_added_ordinal, p_added_queue, p_added_kind, p_added_title, p_added_payload, p_added_depends_on,
                  p_added_parents, p_added_successors, p_added_inputs, p_added_on_task_end, p_added_time_limit_ms)
           a(added_by, ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, on_task_end, time_limit_ms)
      JOIN unnest(v_moved) m ON m.place = a.added_by AND m.state = 'succeeded'
      JOIN task t ON t.task_id = m.task_id
     WHERE t.finished_at IS NULL AND t.task_id <> ALL (v_failing);
  END IF;

  SELECT array_agg(told) INTO v_news
    FROM settle_v1(
      v_moved || CASE WHEN v_new IS NOT NULL THEN add_steps(v_new, v_now) END,
      ARRAY(SELECT (m.task_id, m.place, row_number() OVER (), e.type, e.data)::said
              FROM unnest(p_event_of, p_event_type, p_event_data) e(event_of, type, data) JOIN unnest(v_moved) m ON m.place = e.event_of),
      ARRAY(SELECT (m.task_id, m.ordinal, p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place],
                    p_details[m.place])::reason
              FROM unnest(v_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.place),
      '{}', '{}', v_now) told;

  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT m.task_id, m.ordinal, p_epoch[m.place], m.attempt + (p_outcome[m.place] = 'handed_back')::integer, p_worker,
         to_timestamp(p_started_ms[m.place] / 1000.0), to_timestamp(p_finished_ms[m.place] / 1000.0),
         p_outcome[m.place], p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place], p_details[m.place], s.first_seq,
           s.last_seq
    FROM unnest(v_moved) m
    JOIN (SELECT n.task_id, n.n AS first_seq, n.n + n.ordinal - 1 AS last_seq FROM unnest(v_news) n WHERE n.what = 3) s
      ON s.task_id = m.task_id;

  RETURN QUERY
    SELECT 1::smallint, m.task_id, m.ordinal, p_epoch[m.place], m.queue, m.lane, NULL::timestamptz, p_outcome[m.place], NULL::text,
      NULL::text
      FROM unnest(v_moved) m;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM blob_link x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM delivery x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM redrive x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM dead_letter x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM attempt x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step_output x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step_spec x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_past_error x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_error x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_spec x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM event_default x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task x WHERE x.task_id = ANY (p_tasks);
END $$;
