-- The hot path again, measured (tests/bench): submit, claim and finish as few flat statements, whose inner loops are index probes. What they
-- no longer do: write a row for the output and one for the attempt of a step that simply succeeded (both are in the step's row now), read back
-- what they wrote, and join sets in memory, which without hashing costs the square of a batch.

ALTER TABLE step
  ADD COLUMN succeeded_at timestamptz,
  ADD COLUMN output text;  -- JSON; written once, by the finish, and moved out of the row when it is large
UPDATE step s SET output = o.output FROM step_output o WHERE o.task_id = s.task_id AND o.ordinal = s.ordinal;
UPDATE step s SET succeeded_at = a.finished_at, owner = a.worker_id FROM attempt a
 WHERE a.task_id = s.task_id AND a.ordinal = s.ordinal AND a.lease_epoch = s.lease_epoch AND a.outcome = 'succeeded';
DELETE FROM attempt WHERE outcome = 'succeeded';
DROP TABLE step_output;
CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM blob_link x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM delivery x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM redrive x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM dead_letter x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM attempt x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step_spec x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM step x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_past_error x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_error x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task_spec x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM event_default x WHERE x.task_id = ANY (p_tasks);
  DELETE FROM task x WHERE x.task_id = ANY (p_tasks);
END $$;

-- Who ran it stays in the row of a step that succeeded: with claimed_at and succeeded_at it is that attempt's history.
ALTER TABLE step DROP CONSTRAINT step_owned_while_running, SET (fillfactor = 50);
-- Every statement that writes a row compiles all its table's checks anew, and a trigger's condition too: they cost a quarter of the engine's
-- time. What two rules cannot say is guarded by the moves, and every change of a row is checked in the tests (tests/support/guards.sql).
ALTER TABLE step
  DROP CONSTRAINT step_ordinal_check, DROP CONSTRAINT step_queue_check, DROP CONSTRAINT step_lane_check,
  DROP CONSTRAINT step_deps_left_check, DROP CONSTRAINT step_attempts_check, DROP CONSTRAINT step_crashes_check,
  DROP CONSTRAINT step_handbacks_check, DROP CONSTRAINT step_announces_check, DROP CONSTRAINT step_forgiven_check, DROP CONSTRAINT step_time_limit_ms_check,
  DROP CONSTRAINT step_runs_without_dependencies, DROP CONSTRAINT step_due_while_waiting, DROP CONSTRAINT step_deadline_while_running,
  DROP CONSTRAINT step_of_the_end_has_no_dependencies,
  ADD CONSTRAINT step_runs_owned_and_without_dependencies
    CHECK (state <> 'running' OR owner IS NOT NULL AND claim_id IS NOT NULL AND deps_left = 0);
ALTER TABLE task
  DROP CONSTRAINT task_last_seq_check, DROP CONSTRAINT task_lane_check, DROP CONSTRAINT task_known_steps_check,
  DROP CONSTRAINT task_check, DROP CONSTRAINT task_end_steps_check, DROP CONSTRAINT task_progress_check,
  DROP CONSTRAINT task_finished_when_terminal, DROP CONSTRAINT task_succeeds_with_nothing_open, DROP CONSTRAINT task_settled_when_all_closed,
  ADD CONSTRAINT task_ends_with_nothing_open
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL) AND open_steps >= 0
           AND (state <> 'succeeded' OR open_steps = 0));
ALTER TABLE event DROP CONSTRAINT event_first_seq_check, DROP CONSTRAINT event_count_check, DROP CONSTRAINT event_arrays_have_its_count;
DROP TRIGGER step_moves ON step;
DROP TRIGGER task_moves ON task;
DROP FUNCTION refuse_move();

-- Every lease of every step that is over, also the plain successes.
CREATE VIEW step_attempt AS
  SELECT task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint, details
    FROM attempt
   UNION ALL
  SELECT task_id, ordinal, lease_epoch, attempts, owner, claimed_at, succeeded_at, 'succeeded', NULL, NULL, NULL, NULL, NULL
    FROM step WHERE succeeded_at IS NOT NULL;

-- ---- claim --------------------------------------------------------------------------------------------------------------------------

-- As claim_v1, in one statement. The rows are probed and locked in the order of p_task and p_ordinal, which the caller sorts, and that is the
-- order in which all moves lock ready steps. What a lost answer hid is found by its claim_id when fewer were taken than asked for.
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
         AND (s.crashes = 0 OR p_suspect AND (s.task_id, s.ordinal) = (  -- looked for only when there is one
           SELECT x.task_id, x.ordinal
             FROM unnest(p_task, p_ordinal) y(task_id, ordinal) JOIN step x ON x.task_id = y.task_id AND x.ordinal = y.ordinal
            WHERE x.state = 'ready' AND x.queue = p_queue AND x.crashes > 0
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

-- ---- what follows when steps have moved -----------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION promote_dependents(p_moved step_move[], p_failing uuid[], p_now timestamptz) RETURNS step_move[]
LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH hit AS (
    SELECT m.task_id, d.ordinal, count(*)::smallint AS n
      FROM unnest(p_moved) m CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
     WHERE m.state = 'succeeded' AND m.task_id <> ALL (p_failing)
     GROUP BY m.task_id, d.ordinal),
  moved AS (
    UPDATE step s
       SET deps_left = s.deps_left - h.n,
           state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
           announced_at = CASE WHEN s.deps_left = h.n AND NOT (EXISTS (SELECT FROM hold) AND is_held_back(s.queue, s.lane, s.org_id)) THEN p_now END
      FROM hit h JOIN task t ON t.task_id = h.task_id
     WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked' AND t.finished_at IS NULL
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held, s.on_task_end)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, '{}',
                    1000000000)::step_move)
    INTO v_ready FROM moved m WHERE m.state = 'ready';
  RETURN v_ready;
END $$;

-- judge_tasks and tell in one statement: one pass adds up the lines of each task, and everything else of the task is carried along with
-- them. Counters decide, never a search for open rows. What stands at place 1000000003 is told after the task's own state.
CREATE FUNCTION tell_v2(p_moved step_move[], p_said said[], p_failing uuid[], p_stop uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  WITH line AS (
    SELECT m.task_id, m.place, 1000000000 + m.added::integer AS rank, m.ordinal, 'step_state' AS type,
           '{"step":' || m.ordinal || ',"queue":"' || queue_name(m.queue) || '","state":"' || m.state || '","attempt":' || m.attempt || '}'
             AS data,
           CASE WHEN m.on_task_end THEN 0 ELSE open_delta(m.added, m.state) END AS opened,
           CASE WHEN m.on_task_end THEN open_delta(m.added, m.state) ELSE 0 END AS ended,
           (m.added AND NOT m.on_task_end)::integer AS added, m.ordinal = 0 AND m.attempt > 0 AS plan_moved, m.ordinal = 0 AND m.state = 'succeeded' AS planned
      FROM unnest(p_moved) m
    UNION ALL
    SELECT e.task_id, e.place, e.n, 0::smallint, e.type, e.data, 0, 0, 0, false, false FROM unnest(p_said) e),
  bundle AS (
    SELECT l.task_id, count(*)::smallint AS lines,
           array_agg(l.type) FILTER (WHERE l.place < 1000000003) AS types, array_agg(l.data) FILTER (WHERE l.place < 1000000003) AS data,
           array_agg(l.type) FILTER (WHERE l.place >= 1000000003) AS last_types,
           array_agg(l.data) FILTER (WHERE l.place >= 1000000003) AS last_data, sum(l.opened)::integer AS opened,
           sum(l.ended)::integer AS ended, sum(l.added)::integer AS added, bool_or(l.plan_moved) AS plan_moved, bool_or(l.planned) AS planned
      FROM (SELECT * FROM line ORDER BY line.task_id, line.place, line.rank, line.ordinal) l
     GROUP BY l.task_id),
  judged AS (
    SELECT b.*, t.state AS was,
           CASE
             WHEN t.finished_at IS NOT NULL THEN t.state
             WHEN t.task_id = ANY (p_stop) THEN 'cancelled'
             WHEN t.task_id = ANY (p_failing) THEN 'failed'
             WHEN t.open_steps + b.opened = 0 THEN 'succeeded'
             WHEN t.state IN ('queued', 'planning') AND b.planned THEN 'running'
             WHEN t.state = 'queued' AND b.plan_moved THEN 'planning'
             ELSE t.state
           END AS becomes
      FROM bundle b JOIN task t ON t.task_id = b.task_id),
  worded AS (
    SELECT j.*, j.becomes IN ('succeeded', 'failed', 'cancelled') AS over,
           j.was = 'queued' AND j.becomes IN ('planning', 'running', 'succeeded') AS was_planned,
           j.was <> j.becomes AND j.becomes <> 'planning' AS turned
      FROM judged j),
  moved AS (
    UPDATE task t
       SET last_seq = t.last_seq + w.lines + w.was_planned::integer + w.turned::integer,
           state = w.becomes,
           known_steps = t.known_steps + w.added,
           open_steps = t.open_steps + w.opened,
           end_steps = t.end_steps + w.ended,
           finished_at = CASE WHEN w.over THEN coalesce(t.finished_at, p_now) END,
           deadline_at = CASE WHEN NOT w.over THEN t.deadline_at END,
           settled_at = CASE WHEN w.over AND t.open_steps + w.opened = 0 AND t.end_steps + w.ended = 0 THEN coalesce(t.settled_at, p_now) END,
           -- Added steps make the share of finished ones smaller; what a user was shown never falls.
           progress = greatest(t.progress, CASE
             WHEN w.becomes = 'succeeded' THEN 100
             WHEN w.over THEN 0
             ELSE least(99, 100 * (t.known_steps + w.added - t.open_steps - w.opened) / (t.known_steps + w.added)) END)
      FROM worded w
     WHERE t.task_id = w.task_id
    RETURNING t.task_id, t.last_seq AS last, w.lines + w.was_planned::integer + w.turned::integer AS count,
              CASE WHEN w.was_planned THEN array_prepend('task_state', w.types) ELSE w.types END
                || CASE WHEN w.turned THEN ARRAY['task_state'] END || w.last_types AS types,
              CASE WHEN w.was_planned THEN array_prepend('{"status":"planning"}', w.data) ELSE w.data END
                || CASE WHEN w.turned THEN ARRAY['{"status":"' || w.becomes || '"}'] END || w.last_data AS data),
  written AS (
    INSERT INTO event (task_id, first_seq, count, at, types, data)
    SELECT m.task_id, m.last - m.count + 1, m.count, p_now, m.types, m.data FROM moved m)
  SELECT 3::smallint, m.task_id, m.count::smallint, m.last - m.count + 1, NULL::smallint, NULL::smallint, p_now, m.types::text, m.data::text,
         NULL::text
    FROM moved m;
END $$;

-- As settle_v1, without the traceparents, which a worker knows of the steps it holds.
CREATE FUNCTION settle_v2(p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_failing uuid[] := p_fail;
  v_all     step_move[] := coalesce(p_moved, '{}');
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

  IF v_failing <> '{}' OR p_stop <> '{}' OR EXISTS (SELECT FROM unnest(p_moved) m WHERE m.state = 'succeeded' AND m.successors = '{}') THEN
    v_all := v_all || promote_end_steps_v2(v_all, v_failing, p_stop, p_now);
  END IF;
  v_all := park_paused(v_all);

  RETURN QUERY SELECT * FROM tell_v2(v_all, p_said, v_failing, p_stop, p_now);
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, NULL::text
      FROM unnest(v_all) m WHERE m.state = 'ready' AND m.announced;
END $$;

-- What hangs on the end of tasks that end now, whatever the end is. A task ends with a step that nothing hangs on, or because it fails or is
-- stopped.
CREATE FUNCTION promote_end_steps_v2(p_moved step_move[], p_failing uuid[], p_stop uuid[], p_now timestamptz) RETURNS step_move[]
LANGUAGE plpgsql AS $$
DECLARE
  v_ready step_move[];
BEGIN
  WITH ended AS (
    SELECT t.task_id
      FROM (SELECT m.task_id, sum(open_delta(m.added, m.state)) FILTER (WHERE NOT m.on_task_end) AS opened
              FROM unnest(p_moved) m GROUP BY m.task_id) d
      JOIN task t ON t.task_id = d.task_id
     WHERE t.finished_at IS NULL AND t.end_steps > 0
       AND (t.open_steps + d.opened = 0 OR t.task_id = ANY (p_failing) OR t.task_id = ANY (p_stop))),
  moved AS (
    UPDATE step s
       SET state = 'ready',
           announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN p_now END
      FROM ended e
     WHERE s.task_id = e.task_id AND s.on_task_end AND s.state = 'blocked'
    RETURNING s.*)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, true, '{}', 1000000003)::step_move)
    INTO v_ready FROM moved m;
  RETURN v_ready;
END $$;

-- What the rarer moves call: the same, with the traceparents.
CREATE OR REPLACE FUNCTION settle_v1(p_moved step_move[], p_said said[], p_reasons reason[], p_stop uuid[], p_fail uuid[], p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT n.what, n.task_id, n.ordinal, n.n, n.queue, n.lane, n.at, n.type, n.body, t.traceparent
      FROM settle_v2(p_moved, p_said, p_reasons, p_stop, p_fail, p_now) n JOIN task_spec t ON t.task_id = n.task_id;
END $$;
-- What a person did to one task, and the steps that moved by it, none of which is over: the task's state and counters stay as they are.
CREATE OR REPLACE FUNCTION tell_steered(p_task uuid, p_moved step_move[], p_what jsonb, p_now timestamptz) RETURNS SETOF news
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT n.what, n.task_id, n.ordinal, n.n, n.queue, n.lane, n.at, n.type, n.body, t.traceparent
      FROM tell_v2(coalesce(p_moved, '{}'), ARRAY[(p_task, 0, 0, 'steered', p_what::text)::said], '{}', '{}', p_now) n
      JOIN task_spec t ON t.task_id = n.task_id;
  RETURN QUERY
    SELECT 2::smallint, m.task_id, m.ordinal, NULL::bigint, m.queue, m.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM unnest(p_moved) m JOIN task_spec t ON t.task_id = m.task_id
     WHERE m.state = 'ready' AND m.announced
     ORDER BY m.ordinal;
END $$;
DROP FUNCTION tell(step_move[], said[], verdict[], timestamptz);
DROP FUNCTION judge_tasks(step_move[], uuid[], uuid[]);
DROP FUNCTION promote_end_steps(verdict[], timestamptz);
DROP TYPE verdict;

-- ---- finish ---------------------------------------------------------------------------------------------------------------------------

-- A finish whose answer was lost comes again, with the same epoch. The row of a step that succeeded tells that it was accepted, for other
-- outcomes the attempt's. What is told again: its events as they were numbered, and whatever of its tasks is ready now (a hint too many costs
-- one index probe).
CREATE FUNCTION finished_before_v2(p_task uuid[], p_ordinal smallint[], p_epoch bigint[]) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_done  step[];
  v_again attempt[];
BEGIN
  SELECT array_agg(s) INTO v_done
    FROM unnest(p_task, p_ordinal, p_epoch) w(task_id, ordinal, epoch)
    JOIN step s ON s.task_id = w.task_id AND s.ordinal = w.ordinal
   WHERE s.lease_epoch = w.epoch AND s.succeeded_at IS NOT NULL;
  SELECT array_agg(a) INTO v_again
    FROM unnest(p_task, p_ordinal, p_epoch) w(task_id, ordinal, epoch)
    JOIN attempt a ON a.task_id = w.task_id AND a.ordinal = w.ordinal AND a.lease_epoch = w.epoch
   WHERE a.outcome IN ('failed', 'retry', 'handed_back');

  RETURN QUERY
    SELECT 1::smallint, x.task_id, x.ordinal, x.lease_epoch, NULL::smallint, NULL::smallint, NULL::timestamptz, NULL::text, NULL::text,
           NULL::text
      FROM (SELECT d.task_id, d.ordinal, d.lease_epoch FROM unnest(v_done) d
             UNION ALL SELECT a.task_id, a.ordinal, a.lease_epoch FROM unnest(v_again) a) x;
  RETURN QUERY
    SELECT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text, NULL::text
      FROM (SELECT d.task_id FROM unnest(v_done) d UNION SELECT a.task_id FROM unnest(v_again) a) x
      JOIN step s ON s.task_id = x.task_id
     WHERE s.state = 'ready' AND s.announced_at IS NOT NULL;
  RETURN QUERY
    SELECT 3::smallint, e.task_id, e.count, e.first_seq, NULL::smallint, NULL::smallint, e.at, e.types::text, e.data::text, NULL::text
      FROM (SELECT d.task_id, e.first_seq FROM unnest(v_done) d JOIN event e ON e.task_id = d.task_id AND e.at = d.succeeded_at
             UNION
            SELECT a.task_id, e.first_seq FROM unnest(v_again) a
              JOIN event e ON e.task_id = a.task_id AND e.first_seq BETWEEN a.first_seq AND a.last_seq) x
      JOIN event e ON e.task_id = x.task_id AND e.first_seq = x.first_seq;
END $$;

-- Answers: what 1 for each that was accepted, now or before (task_id, ordinal, n = its epoch). What is not answered lost its lease: its
-- result is dropped. p_outcome is succeeded, failed, retry or handed_back; p_event_of and p_added_by are places, from 1. The arrays from
-- p_category to p_retry_ms are empty when all succeeded.
CREATE FUNCTION finish_v2(
  p_worker uuid, p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_outcome text[], p_output text[], p_category "char"[],
  p_code text[], p_message text[], p_hint text[], p_details text[], p_retry_ms bigint[], p_started_ms bigint[], p_finished_ms bigint[],
  p_event_of integer[], p_event_type text[], p_event_data text[],
  p_added_by integer[], p_added_ordinal smallint[], p_added_queue smallint[], p_added_kind text[], p_added_title text[],
  p_added_payload text[], p_added_depends_on text[], p_added_parents text[], p_added_successors text[], p_added_inputs text[],
  p_added_on_task_end boolean[], p_added_time_limit_ms integer[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now   timestamptz;
  v_ended uuid[];
  v_paused boolean;
  v_moved step_move[];
  v_said  said[] := '{}';
  v_added step_move[];
BEGIN
  -- Locks first. The running rows below need none of their own: whoever moves a step out of running holds its task's lock.
  SELECT coalesce(array_agg(x.task_id) FILTER (WHERE x.finished_at IS NOT NULL), '{}'), bool_or(x.paused) INTO v_ended, v_paused
    FROM (SELECT t.task_id, t.finished_at, t.paused FROM task t WHERE t.task_id = ANY (p_task) ORDER BY t.task_id FOR UPDATE) x;
  v_now := clock_timestamp();

  IF p_added_by = '{}' AND p_event_of = '{}' AND 'succeeded' = ALL (p_outcome) THEN
    RETURN QUERY SELECT * FROM finish_plain(p_task, p_ordinal, p_epoch, p_output, v_ended, v_paused, v_now);
    RETURN;
  END IF;

  -- What a step of an ended task asked for is not done: it is cancelled instead of run again. What it made is kept.
  WITH moved AS (
    UPDATE step s
       SET state = CASE WHEN w.outcome IN ('succeeded', 'failed') THEN w.outcome
                        WHEN w.task_id = ANY (v_ended) AND NOT s.on_task_end THEN 'cancelled'
                        WHEN w.outcome = 'retry' THEN 'waiting'
                        ELSE 'ready' END::step_state,
           deadline_at = NULL,
           succeeded_at = CASE WHEN w.outcome = 'succeeded' THEN v_now END,
           output = CASE WHEN w.outcome = 'succeeded' THEN w.output ELSE s.output END,
           due_at = CASE WHEN w.outcome = 'retry' AND (s.on_task_end OR w.task_id <> ALL (v_ended))
             THEN v_now + p_retry_ms[w.place] * interval '1 millisecond' END,
           attempts = s.attempts - (w.outcome = 'handed_back')::integer,
           handbacks = s.handbacks + (w.outcome = 'handed_back')::integer,
           announces = CASE WHEN w.outcome = 'handed_back' THEN 0 ELSE s.announces END,
           announced_at = CASE WHEN w.outcome <> 'handed_back' THEN s.announced_at
                               WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
      FROM unnest(p_task, p_ordinal, p_epoch, p_outcome, p_output) WITH ORDINALITY w(task_id, ordinal, epoch, outcome, output, place)
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held, s.on_task_end, s.successors, w.place)
  SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, m.on_task_end, m.successors,
                    m.place)::step_move ORDER BY m.place)
    INTO v_moved FROM moved m;

  IF coalesce(cardinality(v_moved), 0) < cardinality(p_task) THEN
    RETURN QUERY SELECT * FROM finished_before_v2(p_task, p_ordinal, p_epoch);
    IF v_moved IS NULL THEN RETURN; END IF;
  END IF;
  RETURN QUERY
    SELECT 1::smallint, m.task_id, m.ordinal, p_epoch[m.place], NULL::smallint, NULL::smallint, NULL::timestamptz, NULL::text, NULL::text,
           NULL::text
      FROM unnest(v_moved) m;

  IF p_event_of <> '{}' THEN
    v_said := ARRAY(SELECT (p_task[e.event_of], e.event_of, row_number() OVER (), e.type, e.data)::said
                      FROM unnest(p_event_of, p_event_type, p_event_data) e(event_of, type, data)
                     WHERE e.event_of = ANY (ARRAY(SELECT m.place FROM unnest(v_moved) m)));
  END IF;
  IF p_added_by <> '{}' THEN
    v_added := added_by_finish(v_moved, v_now, p_added_by, p_added_ordinal, p_added_queue, p_added_kind, p_added_title, p_added_payload,
                               p_added_depends_on, p_added_parents, p_added_successors, p_added_inputs, p_added_on_task_end,
                               p_added_time_limit_ms);
  END IF;
  IF 'succeeded' = ALL (p_outcome) THEN
    RETURN QUERY SELECT * FROM settle_v2(v_moved || v_added, v_said, '{}', '{}', '{}', v_now);
  ELSE
    RETURN QUERY
      SELECT * FROM settle_attempts(v_moved, v_added, v_said, v_now, p_worker, p_epoch, p_outcome, p_category, p_code, p_message, p_hint,
                                    p_details, p_started_ms, p_finished_ms);
  END IF;
END $$;

-- The way of most batches: all succeeded, nothing is added, nobody said anything. What the longer way does in many statements is one here,
-- and tests/integration/store holds the two together.
CREATE FUNCTION finish_plain(p_task uuid[], p_ordinal smallint[], p_epoch bigint[], p_output text[], p_ended uuid[], p_paused boolean,
                             p_now timestamptz)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_all  step_move[];
  v_done integer;
  v_leaf boolean;
BEGIN
  WITH moved AS (
    UPDATE step s
       SET state = 'succeeded', deadline_at = NULL, succeeded_at = p_now, output = w.output
      FROM unnest(p_task, p_ordinal, p_epoch, p_output) WITH ORDINALITY w(task_id, ordinal, epoch, output, place)
     WHERE s.task_id = w.task_id AND s.ordinal = w.ordinal AND s.state = 'running' AND s.lease_epoch = w.epoch
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.on_task_end, s.successors, w.place),
  promoted AS (
    UPDATE step s
       SET deps_left = s.deps_left - h.n,
           state = CASE WHEN s.deps_left = h.n THEN 'ready' ELSE s.state END,
           announced_at = CASE WHEN s.deps_left = h.n AND NOT (EXISTS (SELECT FROM hold) AND is_held_back(s.queue, s.lane, s.org_id))
             THEN p_now END
      FROM (SELECT m.task_id, d.ordinal, count(*)::smallint AS n
              FROM moved m CROSS JOIN LATERAL unnest(m.successors) d(ordinal)
             WHERE m.task_id <> ALL (p_ended)
             GROUP BY m.task_id, d.ordinal) h
     WHERE s.task_id = h.task_id AND s.ordinal = h.ordinal AND s.state = 'blocked'
    RETURNING s.task_id, s.ordinal, s.queue, s.lane, s.state, s.attempts, s.held, s.on_task_end)
  SELECT array_agg(x.move), count(*) FILTER (WHERE x.done), bool_or(x.leaf) INTO v_all, v_done, v_leaf
    FROM (SELECT (m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, false, false, m.on_task_end, '{}', m.place)::step_move AS move,
                 true AS done, m.successors = '{}' AS leaf
            FROM moved m
           UNION ALL
          SELECT (p.task_id, p.ordinal, p.queue, p.lane, p.state, p.attempts, NOT p.held, false, p.on_task_end, '{}', 1000000000)::step_move,
                 false, false
            FROM promoted p WHERE p.state = 'ready') x;
  IF v_done < cardinality(p_task) THEN
    RETURN QUERY SELECT * FROM finished_before_v2(p_task, p_ordinal, p_epoch);
    IF v_done = 0 THEN RETURN; END IF;
  END IF;
  IF v_leaf THEN v_all := v_all || promote_end_steps_v2(v_all, '{}', '{}', p_now); END IF;
  IF p_paused THEN v_all := park_paused(v_all); END IF;

  RETURN QUERY
    SELECT CASE m.state WHEN 'succeeded' THEN 1 ELSE 2 END::smallint, m.task_id, m.ordinal, p_epoch[m.place], m.queue, m.lane, NULL::timestamptz,
           NULL::text, NULL::text, NULL::text
      FROM unnest(v_all) m WHERE m.state = 'succeeded' OR m.announced;
  RETURN QUERY SELECT * FROM tell_v2(v_all, '{}', '{}', '{}', p_now);
END $$;

-- The steps that finished ones add to their tasks, unless the task has ended or fails now.
CREATE FUNCTION added_by_finish(
  p_moved step_move[], p_now timestamptz, p_added_by integer[], p_ordinal smallint[], p_queue smallint[], p_kind text[], p_title text[],
  p_payload text[], p_depends_on text[], p_parents text[], p_successors text[], p_inputs text[], p_on_task_end boolean[],
  p_time_limit_ms integer[])
RETURNS step_move[] LANGUAGE plpgsql AS $$
DECLARE
  v_failing uuid[] := failing_tasks(p_moved);
  v_new     new_step[];
BEGIN
  SELECT array_agg((m.task_id, m.place, a.ordinal, a.queue, a.kind, a.title, a.payload, a.depends_on::smallint[], a.parents::smallint[],
                    a.successors::smallint[], a.inputs::smallint[], a.on_task_end, a.time_limit_ms)::new_step)
    INTO v_new
    FROM unnest(p_added_by, p_ordinal, p_queue, p_kind, p_title, p_payload, p_depends_on, p_parents, p_successors, p_inputs, p_on_task_end,
                p_time_limit_ms)
         a(added_by, ordinal, queue, kind, title, payload, depends_on, parents, successors, inputs, on_task_end, time_limit_ms)
    JOIN unnest(p_moved) m ON m.place = a.added_by AND m.state = 'succeeded'
    JOIN task t ON t.task_id = m.task_id
   WHERE t.finished_at IS NULL AND t.task_id <> ALL (v_failing);
  RETURN CASE WHEN v_new IS NOT NULL THEN add_steps(v_new, p_now) END;
END $$;

-- Of finishes that did not all succeed: settles them, and keeps how each attempt ended. A success alone is told by its step's row; beside
-- others of its task its attempt is kept only when it did not succeed.
CREATE FUNCTION settle_attempts(
  p_moved step_move[], p_added step_move[], p_said said[], p_now timestamptz, p_worker uuid, p_epoch bigint[], p_outcome text[],
  p_category "char"[], p_code text[], p_message text[], p_hint text[], p_details text[], p_started_ms bigint[], p_finished_ms bigint[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_news news[];
BEGIN
  SELECT array_agg(told) INTO v_news
    FROM settle_v2(
      p_moved || p_added, p_said,
      ARRAY(SELECT (m.task_id, m.ordinal, p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place],
                    p_details[m.place])::reason
              FROM unnest(p_moved) m WHERE m.state = 'failed' AND NOT m.on_task_end ORDER BY m.place),
      '{}', '{}', p_now) told;
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT m.task_id, m.ordinal, p_epoch[m.place], m.attempt + (p_outcome[m.place] = 'handed_back')::integer, p_worker,
         to_timestamp(p_started_ms[m.place] / 1000.0), to_timestamp(p_finished_ms[m.place] / 1000.0),
         p_outcome[m.place], p_category[m.place], p_code[m.place], p_message[m.place], p_hint[m.place], p_details[m.place], s.first_seq,
           s.last_seq
    FROM unnest(p_moved) m
    JOIN (SELECT n.task_id, min(n.n) AS first_seq, max(n.n + n.ordinal - 1) AS last_seq FROM unnest(v_news) n WHERE n.what = 3
           GROUP BY n.task_id) s ON s.task_id = m.task_id
   WHERE p_outcome[m.place] <> 'succeeded';
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

-- ---- submit ---------------------------------------------------------------------------------------------------------------------------

-- Answers, one for each task asked for: what 1, task_id as asked, n = 0 created, 1 replayed, 2 the key stands with another body, 3 the
-- repository is unknown; at = when it was created, of those that are ours; type = the id of the task that the key belongs to, body = the
-- stored response. A created task's first event is task_state {"status":"queued"} at that time: the caller knows it and is not told. Two of
-- one call must not share a key (the process merges them). p_step_of is the place, from 1, of the task that a step belongs to; p_open and
-- p_ended count a task's steps.
CREATE FUNCTION submit_v2(
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
             CASE WHEN NOT s.on_task_end AND s.depends_on = 0
               AND NOT (EXISTS (SELECT FROM hold) AND is_held_back(s.queue, p_lane[s.step_of], p_org[s.step_of])) THEN v_now END,
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

-- Writes the keys that nobody has; returns those of the tasks whose key, if any, is theirs.
CREATE FUNCTION keep_keys(p_known uuid[], p_task uuid[], p_org uuid[], p_key text[], p_body_sha256 bytea[], p_response text[])
RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  v_written integer;
BEGIN
  -- In order of the keys, so that two batches with the same keys never wait for each other in a circle. A key that another call is
  -- writing now makes us wait for its commit.
  INSERT INTO idempotency_key (org_id, key, task_id, body_sha256, response, created_at)
  SELECT w.org_id, w.key, w.task_id, w.body_sha256, w.response, clock_timestamp()
    FROM unnest(p_task, p_org, p_key, p_body_sha256, p_response) w(task_id, org_id, key, body_sha256, response)
   WHERE w.key <> '' AND w.task_id = ANY (p_known)
   ORDER BY w.org_id, w.key
      ON CONFLICT (org_id, key) DO NOTHING;
  GET DIAGNOSTICS v_written = ROW_COUNT;
  IF v_written = cardinality(p_task) THEN RETURN p_known; END IF;

  -- A statement of its own: it sees the keys that others committed while we waited. A key that was there when we inserted and is gone now
  -- expired in between: the caller repeats the call.
  IF EXISTS (SELECT FROM unnest(p_task, p_org, p_key) w(task_id, org_id, key)
              WHERE w.key <> '' AND w.task_id = ANY (p_known)
                AND NOT EXISTS (SELECT FROM idempotency_key k WHERE k.org_id = w.org_id AND k.key = w.key)) THEN
    RAISE EXCEPTION 'an idempotency key expired during the call' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN ARRAY(SELECT w.task_id FROM unnest(p_task, p_org, p_key) w(task_id, org_id, key)
                WHERE w.task_id = ANY (p_known)
                  AND (w.key = '' OR EXISTS (SELECT FROM idempotency_key k
                                              WHERE k.org_id = w.org_id AND k.key = w.key AND k.task_id = w.task_id)));
END $$;

DROP FUNCTION submit_v1, claim_v1, finish_v1, finished_before(uuid[], smallint[], bigint[]);
