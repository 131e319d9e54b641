-- Checkpoints: questions that only a person may answer. A step that asks waits without a slot and without a time at which it would be due;
-- the answer makes it ready again, and its handler finds the answer in the task's context. Question and answer both lock the task, then look:
-- whichever comes first finds nothing and stays, the second finds the first.

CREATE TABLE checkpoint (
  task_id     uuid NOT NULL,
  ordinal     smallint NOT NULL,
  name        text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),  -- the step's own: asked again, it is the same checkpoint
  type        text NOT NULL,         -- of the question; empty before it
  description text NOT NULL,
  asked_at    timestamptz,
  expires_at  timestamptz,           -- only while it is open
  verdict     text CHECK (verdict IN ('approve', 'reject', 'correct')),
  answer      text,
  answered_by text,
  answered_at timestamptz,
  closed_at   timestamptz,           -- nobody waits for the answer any more
  PRIMARY KEY (task_id, ordinal, name),
  CONSTRAINT checkpoint_answered_whole CHECK ((verdict IS NULL) = (answered_at IS NULL) AND (verdict IS NULL) = (answer IS NULL)),
  CONSTRAINT checkpoint_open_until CHECK ((expires_at IS NOT NULL) = (asked_at IS NOT NULL AND answered_at IS NULL AND closed_at IS NULL))
);
CREATE INDEX checkpoint_expiry ON checkpoint (expires_at) WHERE expires_at IS NOT NULL;

ALTER TABLE attempt DROP CONSTRAINT attempt_outcome_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_outcome_check CHECK (outcome IN (
  'succeeded', 'failed', 'retry', 'asked', 'handed_back', 'left', 'crashed', 'forgotten', 'timed_out', 'cancelled'));

CREATE FUNCTION checkpoint_id(p_ordinal smallint, p_name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_ordinal || '-' || p_name
$$;

-- The answer goes where every later claim finds it.
CREATE FUNCTION hand_answer(p_given checkpoint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE task_spec d
     SET context = jsonb_set(d.context::jsonb, '{answers}', coalesce(d.context::jsonb -> 'answers', '[]') || jsonb_build_object(
                     'step', p_given.ordinal, 'name', p_given.name, 'verdict', p_given.verdict, 'text', p_given.answer))::text
   WHERE d.task_id = p_given.task_id;
END $$;

-- What becomes of a step that asks, and, when it fails, why. An answer that was there before the question is the answer.
CREATE FUNCTION judge_question(p_task task, p_step step, p_known checkpoint, OUT becomes step_state, OUT code text, OUT message text)
LANGUAGE plpgsql AS $$
DECLARE
  c_most constant integer := 64;  -- checkpoints of a task
BEGIN
  IF p_step.on_task_end THEN
    code := 'checkpoint_at_the_end';
    message := 'a step that hangs on the end of its task cannot ask: nobody could answer';
  ELSIF p_known.asked_at IS NOT NULL AND p_known.answered_at IS NOT NULL THEN
    -- Its handler has seen the answer. Asked for ever, it would never be done.
    code := 'checkpoint_repeated';
    message := format('step %s asked "%s" again, though that was answered', p_step.ordinal, p_known.name);
  ELSIF p_known.task_id IS NULL AND (SELECT count(*) FROM checkpoint c WHERE c.task_id = p_step.task_id) >= c_most THEN
    code := 'too_many_checkpoints';
    message := format('a task may ask %s times', c_most);
  END IF;
  becomes := CASE WHEN p_task.finished_at IS NOT NULL AND NOT p_step.on_task_end THEN 'cancelled'
                  WHEN code IS NOT NULL THEN 'failed'
                  WHEN p_known.answered_at IS NOT NULL THEN 'ready'
                  ELSE 'waiting' END;
END $$;

-- ask: the end of an attempt that needs a person. Guarded and answered like a finish; a repeat finds the attempt's row and is told the same.
CREATE FUNCTION ask_v1(
  p_worker uuid, p_task uuid, p_ordinal smallint, p_epoch bigint, p_name text, p_type text, p_description text, p_limit_ms bigint,
  p_category "char", p_code text, p_message text, p_hint text, p_details text, p_started_ms bigint, p_finished_ms bigint,
  p_event_type text[], p_event_data text[])
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_now     timestamptz;
  v_task    task;
  v_step    step;
  v_known   checkpoint;
  v_verdict record;
  v_said    said[];
  v_news    news[];
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task FOR UPDATE;
  v_now := clock_timestamp();
  SELECT * INTO v_step FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'running' AND s.lease_epoch = p_epoch;
  IF NOT FOUND THEN
    RETURN QUERY SELECT * FROM asked_before(p_task, p_ordinal, p_epoch);
    RETURN;
  END IF;
  SELECT * INTO v_known FROM checkpoint c WHERE c.task_id = p_task AND c.ordinal = p_ordinal AND c.name = p_name;
  v_verdict := judge_question(v_task, v_step, v_known);

  IF v_verdict.becomes IN ('waiting', 'ready') THEN
    INSERT INTO checkpoint AS c (task_id, ordinal, name, type, description, asked_at, expires_at)
    VALUES (p_task, p_ordinal, p_name, p_type, p_description, v_now, v_now + p_limit_ms * interval '1 millisecond')
        ON CONFLICT (task_id, ordinal, name) DO UPDATE
       SET type = excluded.type, description = excluded.description, asked_at = v_now, closed_at = NULL,
           expires_at = CASE WHEN c.answered_at IS NULL THEN excluded.expires_at END
    RETURNING * INTO v_known;
    IF v_verdict.becomes = 'ready' THEN PERFORM hand_answer(v_known); END IF;
  END IF;
  -- A person's answer begins a new budget of attempts.
  UPDATE step s
     SET state = v_verdict.becomes, owner = NULL, claim_id = NULL, deadline_at = NULL, announces = 0, forgiven = s.attempts,
         announced_at = CASE WHEN v_verdict.becomes <> 'ready' THEN s.announced_at
                             WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
   WHERE s.task_id = p_task AND s.ordinal = p_ordinal
  RETURNING * INTO v_step;

  v_said := ARRAY(SELECT (p_task, 1, e.place, e.type, e.data)::said
                    FROM unnest(p_event_type, p_event_data) WITH ORDINALITY e(type, data, place));
  IF v_verdict.becomes IN ('waiting', 'ready') THEN
    v_said := v_said || (p_task, 1, 1000000, 'checkpoint_reached', jsonb_build_object(
      'type', p_type, 'description', p_description, 'checkpoint_id', checkpoint_id(p_ordinal, p_name), 'step', p_ordinal)::text)::said;
  ELSIF v_verdict.becomes = 'failed' THEN
    v_said := v_said || (p_task, 1, 1000000, 'error', jsonb_build_object(
      'category', 'C', 'code', v_verdict.code, 'message', v_verdict.message, 'recoverable', false)::text)::said;
  END IF;
  SELECT array_agg(told) INTO v_news
    FROM settle_v1(
      ARRAY[(p_task, p_ordinal, v_step.queue, v_step.lane, v_step.state, v_step.attempts, NOT v_step.held, false, v_step.on_task_end, '{}',
             1)::step_move],
      v_said,
      CASE WHEN v_verdict.becomes = 'failed'
           THEN ARRAY[(p_task, p_ordinal, 'C', v_verdict.code, v_verdict.message, '', '')::reason] ELSE '{}' END,
      '{}', '{}', v_now) told;

  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT p_task, p_ordinal, p_epoch, v_step.attempts, p_worker, to_timestamp(p_started_ms / 1000.0), to_timestamp(p_finished_ms / 1000.0),
         CASE WHEN v_verdict.becomes = 'failed' THEN 'failed' ELSE 'asked' END,
         CASE WHEN v_verdict.becomes = 'failed' THEN 'C' ELSE p_category END,
         coalesce(v_verdict.code, p_code), coalesce(v_verdict.message, p_message), coalesce(p_hint, ''), coalesce(p_details, ''),
         n.n, n.n + n.ordinal - 1
    FROM unnest(v_news) n WHERE n.what = 3;
  RETURN NEXT (1, p_task, p_ordinal, p_epoch, v_step.queue, v_step.lane, NULL, 'asked', NULL, NULL)::news;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;

CREATE FUNCTION asked_before(p_task uuid, p_ordinal smallint, p_epoch bigint) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  v_again attempt;
BEGIN
  SELECT * INTO v_again FROM attempt a
   WHERE a.task_id = p_task AND a.ordinal = p_ordinal AND a.lease_epoch = p_epoch AND a.outcome IN ('asked', 'failed');
  IF NOT FOUND THEN RETURN; END IF;
  RETURN NEXT (1, p_task, p_ordinal, p_epoch, NULL, NULL, NULL, v_again.outcome, NULL, NULL)::news;
  RETURN QUERY
    SELECT 2::smallint, s.task_id, s.ordinal, NULL::bigint, s.queue, s.lane, NULL::timestamptz, NULL::text, NULL::text, t.traceparent
      FROM step s JOIN task_spec t ON t.task_id = s.task_id
     WHERE s.task_id = p_task AND s.state = 'ready' AND s.announced_at IS NOT NULL;
  RETURN QUERY
    SELECT 3::smallint, e.task_id, e.count, e.first_seq, NULL::smallint, NULL::smallint, e.at, e.types::text, e.data::text, t.traceparent
      FROM event e JOIN task_spec t ON t.task_id = e.task_id
     WHERE e.task_id = p_task AND e.first_seq BETWEEN v_again.first_seq AND v_again.last_seq;
END $$;

-- answer: the first one counts. Refused: checkpoint_answered (with another verdict or text), checkpoint_closed, checkpoint_not_found (the step
-- is over), too_many_early_answers, task_final.
CREATE FUNCTION answer_v1(p_org uuid, p_task uuid, p_by text, p_ordinal smallint, p_name text, p_verdict text, p_answer text)
RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_most_early constant integer := 16;  -- answers of a task that wait for their question
  v_now   timestamptz;
  v_task  task;
  v_known checkpoint;
  v_moved step_move[];
  v_why   text;
BEGIN
  SELECT * INTO v_task FROM task t WHERE t.task_id = p_task AND t.org_id = p_org FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  v_now := clock_timestamp();
  SELECT * INTO v_known FROM checkpoint c WHERE c.task_id = p_task AND c.ordinal = p_ordinal AND c.name = p_name;
  IF v_known.verdict = p_verdict AND v_known.answer = p_answer THEN
    RETURN NEXT steer_answer(p_task, 0, v_task.state::text, NULL);
    RETURN;
  END IF;
  v_why := CASE
    WHEN v_known.verdict IS NOT NULL THEN 'checkpoint_answered'
    WHEN v_task.finished_at IS NOT NULL THEN 'task_final'
    WHEN v_known.closed_at IS NOT NULL THEN 'checkpoint_closed'
    WHEN v_known.asked_at IS NULL AND EXISTS (
      SELECT FROM step s WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state IN ('succeeded', 'failed', 'cancelled', 'superseded'))
      THEN 'checkpoint_not_found'
    WHEN v_known.asked_at IS NULL AND c_most_early <= (
      SELECT count(*) FROM checkpoint c WHERE c.task_id = p_task AND c.asked_at IS NULL) THEN 'too_many_early_answers' END;
  IF v_why IS NOT NULL THEN
    RETURN NEXT steer_answer(p_task, 2, v_why, CASE WHEN v_why = 'checkpoint_answered' THEN v_known.verdict ELSE v_task.state::text END);
    RETURN;
  END IF;

  INSERT INTO checkpoint AS c (task_id, ordinal, name, type, description, verdict, answer, answered_by, answered_at)
  VALUES (p_task, p_ordinal, p_name, '', '', p_verdict, p_answer, p_by, v_now)
      ON CONFLICT (task_id, ordinal, name) DO UPDATE
     SET verdict = p_verdict, answer = p_answer, answered_by = p_by, answered_at = v_now, expires_at = NULL
  RETURNING * INTO v_known;
  IF v_known.asked_at IS NOT NULL THEN
    PERFORM hand_answer(v_known);
    WITH moved AS (
      UPDATE step s SET state = 'ready', announces = 0, announced_at = CASE WHEN NOT is_held_back(s.queue, s.lane, s.org_id) THEN v_now END
       WHERE s.task_id = p_task AND s.ordinal = p_ordinal AND s.state = 'waiting' AND s.due_at IS NULL
      RETURNING s.*)
    SELECT array_agg((m.task_id, m.ordinal, m.queue, m.lane, m.state, m.attempts, NOT m.held, false, false, '{}', 1)::step_move)
      INTO v_moved FROM moved m;
  END IF;
  RETURN NEXT steer_answer(p_task, 1, v_task.state::text, NULL);
  RETURN QUERY SELECT * FROM tell_steered(p_task, park_paused(v_moved), jsonb_build_object(
    'action', 'answered', 'by', p_by, 'checkpoint_id', checkpoint_id(p_ordinal, p_name), 'verdict', p_verdict), v_now);
END $$;

-- A duty of the scheduler: a question that nobody answered in time fails its step. Bounded, safe for any number of replicas.
CREATE FUNCTION expire_checkpoints_v1(p_batch integer) RETURNS SETOF news LANGUAGE plpgsql AS $$
DECLARE
  c_nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  v_now    timestamptz := clock_timestamp();
  v_tasks  uuid[];
  v_closed checkpoint[];
  v_moved  step_move[];
  v_rows   step[];
  v_news   news[];
BEGIN
  SELECT array_agg(DISTINCT x.task_id) INTO v_tasks
    FROM (SELECT c.task_id FROM checkpoint c WHERE c.expires_at <= v_now ORDER BY c.expires_at LIMIT p_batch) x;
  IF v_tasks IS NULL THEN RETURN; END IF;
  SELECT array_agg(x.task_id) INTO v_tasks
    FROM (SELECT t.task_id FROM task t WHERE t.task_id = ANY (v_tasks) ORDER BY t.task_id FOR UPDATE SKIP LOCKED) x;
  WITH closed AS (
    UPDATE checkpoint c SET expires_at = NULL, closed_at = v_now WHERE c.task_id = ANY (v_tasks) AND c.expires_at <= v_now RETURNING c)
  SELECT array_agg(x.c) INTO v_closed FROM closed x;

  -- None waits under a task that has ended meanwhile: its checkpoints are closed, and that is all.
  WITH moved AS (
    UPDATE step s SET state = 'failed', lease_epoch = s.lease_epoch + 1
      FROM unnest(v_closed) c
     WHERE s.task_id = c.task_id AND s.ordinal = c.ordinal AND s.state = 'waiting' AND s.due_at IS NULL
    RETURNING s)
  SELECT array_agg(m.s),
         array_agg(((m.s).task_id, (m.s).ordinal, (m.s).queue, (m.s).lane, (m.s).state, (m.s).attempts, false, false, false, '{}', 1)::step_move)
    INTO v_rows, v_moved FROM moved m;
  IF v_moved IS NULL THEN RETURN; END IF;

  SELECT array_agg(told) INTO v_news
    FROM settle_v1(
      v_moved,
      ARRAY(SELECT (m.task_id, 1, m.ordinal, 'error',
                    '{"category":"B","code":"checkpoint_expired","message":"nobody answered in time","recoverable":false}')::said
              FROM unnest(v_moved) m),
      ARRAY(SELECT (m.task_id, m.ordinal, 'B', 'checkpoint_expired', 'step ' || m.ordinal || ' asked, and nobody answered in time',
                    'a redrive asks again', '')::reason
              FROM unnest(v_moved) m ORDER BY m.ordinal),
      '{}', '{}', v_now) told;
  INSERT INTO attempt (task_id, ordinal, lease_epoch, attempt, worker_id, started_at, finished_at, outcome, category, code, message, hint,
                       details, first_seq, last_seq)
  SELECT s.task_id, s.ordinal, s.lease_epoch, s.attempts, c_nobody, s.claimed_at, v_now, 'timed_out', 'B', 'checkpoint_expired',
         'nobody answered in time', 'a redrive asks again', '', q.n, q.n + q.ordinal - 1
    FROM unnest(v_rows) s JOIN unnest(v_news) q ON q.what = 3 AND q.task_id = s.task_id;
  RETURN QUERY SELECT * FROM unnest(v_news);
END $$;
