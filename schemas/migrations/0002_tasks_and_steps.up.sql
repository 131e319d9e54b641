-- The hot rows (task, step) and the cold ones beside them. Hot rows are narrow and are updated in place (HOT): no index mentions a
-- column that a claim or a finish changes. There are no foreign keys between them: each would cost a lock of the task's row per insert,
-- and only the moves write here.

CREATE TYPE step_state AS ENUM ('blocked', 'ready', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'superseded');
CREATE TYPE task_state AS ENUM ('queued', 'planning', 'running', 'waiting', 'succeeded', 'failed', 'cancelled');

-- The legal transitions, as in common/tasks/step_state.cc; tests/integration/store compares all pairs of states with that table.
CREATE FUNCTION step_may_move(p_from step_state, p_to step_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_from
    WHEN 'blocked'   THEN p_to IN ('ready', 'cancelled')
    WHEN 'ready'     THEN p_to IN ('running', 'waiting', 'cancelled')
    WHEN 'running'   THEN p_to IN ('succeeded', 'ready', 'waiting', 'failed', 'cancelled')
    WHEN 'waiting'   THEN p_to IN ('ready', 'failed', 'cancelled')
    WHEN 'succeeded' THEN p_to = 'superseded'
    WHEN 'failed'    THEN p_to IN ('ready', 'superseded')
    ELSE false
  END
$$;

-- The same for tasks. A claim touches step rows only, so the row learns of 'planning' when the plan step finishes; then the row moves
-- from 'queued' over 'planning' to the next state at once, and both are told as events. Reads derive 'planning' and
-- 'waiting' from the steps (common/store/sql/get_task.sql).
CREATE FUNCTION task_may_move(p_from task_state, p_to task_state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_from
    WHEN 'queued'   THEN p_to <> 'queued'
    WHEN 'planning' THEN p_to IN ('running', 'waiting', 'succeeded', 'failed', 'cancelled')
    WHEN 'running'  THEN p_to IN ('waiting', 'succeeded', 'failed', 'cancelled')
    WHEN 'waiting'  THEN p_to IN ('planning', 'running', 'succeeded', 'failed', 'cancelled')
    ELSE false
  END
$$;

-- Reached by an illegal move only: the triggers below ask first, without a call.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'illegal move of a % from % to %', tg_table_name, old.state, new.state USING ERRCODE = 'check_violation';
END $$;

CREATE TABLE task (
  task_id     uuid PRIMARY KEY,  -- UUIDv7: ordered by time
  org_id      uuid NOT NULL,
  created_at  timestamptz NOT NULL,
  deadline_at timestamptz,       -- cleared at the end, so that its index holds open tasks only
  finished_at timestamptz,       -- the terminal state was reached
  settled_at  timestamptz,       -- and no step is open any more, those that hang on the end included
  last_seq    bigint NOT NULL CHECK (last_seq >= 0),
  state       task_state NOT NULL,
  lane        smallint NOT NULL CHECK (lane BETWEEN 0 AND 2),
  known_steps smallint NOT NULL CHECK (known_steps > 0),
  open_steps  smallint NOT NULL CHECK (open_steps BETWEEN 0 AND known_steps),
  end_steps   smallint NOT NULL CHECK (end_steps >= 0),  -- open ones of those that hang on the task's end; not in open_steps
  progress    smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  CONSTRAINT task_finished_when_terminal CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CONSTRAINT task_succeeds_with_nothing_open CHECK (state <> 'succeeded' OR open_steps = 0),
  CONSTRAINT task_settled_when_all_closed CHECK ((settled_at IS NOT NULL) = (finished_at IS NOT NULL AND open_steps = 0 AND end_steps = 0))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX task_of_org ON task (org_id, task_id);
-- What the scheduler's rare scans (dead owners, depths) walk. Changes twice in a task's life: at its birth and when all is over.
CREATE INDEX task_live ON task (task_id) WHERE settled_at IS NULL;
CREATE INDEX task_deadline ON task (deadline_at) WHERE deadline_at IS NOT NULL;

CREATE TRIGGER task_moves AFTER UPDATE OF state ON task FOR EACH ROW
  WHEN (old.state <> new.state AND NOT task_may_move(old.state, new.state)) EXECUTE FUNCTION refuse_move();

CREATE TABLE task_spec (
  task_id       uuid PRIMARY KEY,
  org_id        uuid NOT NULL,
  repository_id text NOT NULL,
  kind          text NOT NULL,   -- the operations' names, sorted; for the estimate of the duration
  context       text NOT NULL,   -- JSON, tasks::TaskContext; branch name and commit date are fixed in it
  request       text NOT NULL,   -- canonical JSON of the request's body
  traceparent   text NOT NULL,
  created_by    text NOT NULL
);
CREATE INDEX task_spec_of_repository ON task_spec (org_id, repository_id, task_id);

-- Why a task failed: the first reason stays.
CREATE TABLE task_error (
  task_id  uuid PRIMARY KEY,
  org_id   uuid NOT NULL,
  category "char" NOT NULL CHECK (category IN ('A', 'B', 'C', 'D')),
  code     text NOT NULL,
  message  text NOT NULL,
  hint     text NOT NULL,
  details  text NOT NULL
);

CREATE TABLE step (
  task_id       uuid NOT NULL,
  org_id        uuid NOT NULL,
  lease_epoch   bigint NOT NULL DEFAULT 0,  -- only grows; stays after the finish, so that a repeated finish is recognised
  announced_at  timestamptz,                -- of the last time it became ready or was announced again; NULL while held back
  claimed_at    timestamptz,
  due_at        timestamptz,                -- of waiting: when it becomes ready
  deadline_at   timestamptz,                -- of running: when it has failed
  owner         uuid,
  claim_id      uuid,
  time_limit_ms integer NOT NULL CHECK (time_limit_ms > 0),
  state         step_state NOT NULL,
  ordinal       smallint NOT NULL CHECK (ordinal >= 0),
  queue         smallint NOT NULL CHECK (queue BETWEEN 1 AND 5),
  lane          smallint NOT NULL CHECK (lane BETWEEN 0 AND 2),
  deps_left     smallint NOT NULL CHECK (deps_left >= 0),
  attempts      smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  crashes       smallint NOT NULL DEFAULT 0 CHECK (crashes >= 0),
  handbacks     smallint NOT NULL DEFAULT 0 CHECK (handbacks >= 0),
  announces     smallint NOT NULL DEFAULT 0 CHECK (announces >= 0),  -- how often it was announced again
  on_task_end   boolean NOT NULL DEFAULT false,
  -- Above its window: ready, and nobody was told. The scheduler releases it.
  held          boolean GENERATED ALWAYS AS (state = 'ready' AND announced_at IS NULL) STORED,
  successors    smallint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (task_id, ordinal),
  CONSTRAINT step_owned_while_running CHECK ((state = 'running') = (owner IS NOT NULL) AND (owner IS NULL) = (claim_id IS NULL)),
  CONSTRAINT step_runs_without_dependencies CHECK (deps_left = 0 OR state IN ('blocked', 'cancelled')),
  CONSTRAINT step_due_while_waiting CHECK (due_at IS NULL OR state = 'waiting'),
  CONSTRAINT step_deadline_while_running CHECK (deadline_at IS NULL OR state = 'running'),
  CONSTRAINT step_of_the_end_has_no_dependencies CHECK (NOT on_task_end OR deps_left = 0)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
-- Each of the three mentions a column that only rare moves change: becoming ready (one of a step's three moves), a retry, and being
-- held back. Claim and finish stay HOT.
CREATE INDEX step_announced ON step (queue, lane, announced_at) WHERE announced_at IS NOT NULL;
CREATE INDEX step_held ON step (queue, lane, org_id, task_id, ordinal) WHERE held;
CREATE INDEX step_due ON step (due_at) WHERE due_at IS NOT NULL;

CREATE TRIGGER step_moves AFTER UPDATE OF state ON step FOR EACH ROW
  WHEN (old.state <> new.state AND NOT step_may_move(old.state, new.state)) EXECUTE FUNCTION refuse_move();

CREATE TABLE step_spec (
  task_id    uuid NOT NULL,
  ordinal    smallint NOT NULL,
  kind       text NOT NULL,
  title      text NOT NULL,
  payload    text NOT NULL,
  inputs     smallint[] NOT NULL,
  depends_on smallint[] NOT NULL,
  PRIMARY KEY (task_id, ordinal)
);

CREATE TABLE step_output (
  task_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  output  text NOT NULL,
  PRIMARY KEY (task_id, ordinal)
);

-- What became of each lease of a step. The first four outcomes are told by its finish, the others are what was done to it.
-- first_seq..last_seq are the task's events that were written with it, so that a finish that is repeated can tell them again.
CREATE TABLE attempt (
  task_id     uuid NOT NULL,
  ordinal     smallint NOT NULL,
  lease_epoch bigint NOT NULL,
  attempt     smallint NOT NULL,
  worker_id   uuid NOT NULL,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  outcome     text NOT NULL CHECK (outcome IN ('succeeded', 'failed', 'retry', 'handed_back', 'left', 'crashed', 'forgotten', 'timed_out',
                                               'cancelled')),
  category    "char",
  code        text,
  message     text,
  hint        text,
  details     text,
  first_seq   bigint NOT NULL,
  last_seq    bigint NOT NULL,
  PRIMARY KEY (task_id, ordinal, lease_epoch)
);
