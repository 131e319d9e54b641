-- What models cost: budgets, what is used of them, and a row for each call (ARCHITECTURE, "Money").

-- A call of a model: its worst case is held before it is made, what it really cost takes that place. What nobody settled in time was perhaps
-- made and is charged in full. nano and tokens are what counts at the moment: the worst case while held and expired, else the real figure.
CREATE TABLE model_call (
  task_id       uuid NOT NULL,
  call          text NOT NULL CHECK (length(call) BETWEEN 1 AND 100),
  org_id        uuid NOT NULL,
  who           text NOT NULL,  -- the user, empty: not known
  ordinal       smallint NOT NULL,
  attempt       smallint NOT NULL,
  model         text NOT NULL,
  state         text NOT NULL CHECK (state IN ('held', 'settled', 'expired')),
  worst_nano    bigint NOT NULL CHECK (worst_nano BETWEEN 0 AND 1000000000000000),  -- 10^-9 US dollars; a million dollars at most
  worst_tokens  bigint NOT NULL CHECK (worst_tokens BETWEEN 0 AND 1000000000000),
  nano          bigint NOT NULL CHECK (nano >= 0),
  tokens        bigint NOT NULL CHECK (tokens >= 0),
  input         bigint,         -- as the vendor reported them; NULL: it did not
  cached        bigint,
  cache_written bigint,
  output        bigint,
  reasoning     bigint,
  reserved_at   timestamptz NOT NULL,  -- its day and month (UTC) are those of the budgets that it counts in
  expires_at    timestamptz NOT NULL,
  closed_at     timestamptz,
  PRIMARY KEY (task_id, call),
  CONSTRAINT model_call_closed_unless_held CHECK ((state = 'held') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX model_call_name ON model_call (call);
CREATE INDEX model_call_of_org ON model_call (org_id, reserved_at);
CREATE INDEX model_call_age ON model_call USING brin (reserved_at) WITH (autosummarize = on);
CREATE INDEX model_call_held ON model_call (expires_at) WHERE state = 'held';

-- What may be spent. The row that names most counts: this user before each user of the organisation before each user anywhere. NULL: any
-- amount. scope all: the whole installation.
CREATE TABLE budget_cap (
  org_id     uuid NOT NULL,  -- nil: of every organisation
  who        text NOT NULL,  -- of scope user a user, of scope task a task; empty: each of them
  scope      text NOT NULL CHECK (scope IN ('task', 'user', 'org', 'all')),
  period     text NOT NULL CHECK (period IN ('total', 'day', 'month')),  -- UTC
  max_nano   bigint CHECK (max_nano >= 0),
  max_tokens bigint CHECK (max_tokens >= 0),
  PRIMARY KEY (org_id, who, scope, period),
  CONSTRAINT budget_cap_of_a_task_is_in_all CHECK ((scope = 'task') = (period = 'total')),
  CONSTRAINT budget_cap_names_its_owner CHECK (who = '' OR scope = 'task' OR scope = 'user' AND org_id <> '00000000-0000-0000-0000-000000000000'),
  CONSTRAINT budget_cap_of_all_has_no_owner CHECK (scope <> 'all' OR org_id = '00000000-0000-0000-0000-000000000000')
);
-- What holds until somebody says otherwise (ARGOSY_TASK_MAX_USD).
INSERT INTO budget_cap (org_id, who, scope, period, max_nano) VALUES ('00000000-0000-0000-0000-000000000000', '', 'task', 'total', 5000000000);

-- What is used of each budget that has a cap, and of each task. Others have no row: a row that all calls of an installation touch would make
-- them wait for each other. It is counted from the calls when a cap is set.
CREATE TABLE budget_use (
  task_id      uuid NOT NULL,  -- nil: not of a task
  org_id       uuid NOT NULL,  -- nil: of all
  scope        text NOT NULL,
  who          text NOT NULL,
  period       text NOT NULL,
  starts       date NOT NULL,  -- of the day or month; of a task 1970
  spent_nano   bigint NOT NULL DEFAULT 0,
  held_nano    bigint NOT NULL DEFAULT 0 CHECK (held_nano >= 0),
  spent_tokens bigint NOT NULL DEFAULT 0,
  held_tokens  bigint NOT NULL DEFAULT 0 CHECK (held_tokens >= 0),
  PRIMARY KEY (task_id, org_id, scope, who, period, starts)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX budget_use_age ON budget_use (starts) WHERE scope <> 'task';

INSERT INTO task_table (name) VALUES ('model_call'), ('budget_use');

-- A budget that a call counts in, with the call's figures; place is that of the call among those of a statement.
CREATE TYPE budget_claim AS (
  place integer, task_id uuid, org_id uuid, scope text, who text, period text, starts date, max_nano bigint, max_tokens bigint, nano bigint,
  tokens bigint);

-- The day and the month of a budget begin at midnight UTC.
CREATE FUNCTION budget_starts(p_period text, p_at timestamptz) RETURNS date IMMUTABLE LANGUAGE sql AS $$
  SELECT CASE p_period WHEN 'total' THEN date '1970-01-01'
                       WHEN 'day' THEN (p_at AT TIME ZONE 'UTC')::date
                       ELSE date_trunc('month', p_at AT TIME ZONE 'UTC')::date END
$$;

-- Those that a call of this payer counts in at that time: its task's, and those others that have a cap.
CREATE FUNCTION budgets_of(p_task uuid, p_org uuid, p_who text, p_at timestamptz)
RETURNS TABLE (task_id uuid, org_id uuid, scope text, who text, period text, starts date, max_nano bigint, max_tokens bigint)
STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c_nil constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  RETURN QUERY
    SELECT CASE b.scope WHEN 'task' THEN p_task ELSE c_nil END, CASE b.scope WHEN 'all' THEN c_nil ELSE p_org END, b.scope,
           CASE b.scope WHEN 'user' THEN p_who ELSE '' END, b.period, budget_starts(b.period, p_at), b.max_nano, b.max_tokens
      FROM (SELECT DISTINCT ON (c.scope, c.period) c.*
              FROM budget_cap c
             WHERE c.org_id IN (c_nil, p_org) AND c.who IN ('', p_who, p_task::text)
               AND (c.who = '' OR c.who = CASE c.scope WHEN 'user' THEN p_who WHEN 'task' THEN p_task::text END)
               AND (c.scope <> 'user' OR p_who <> '')
             ORDER BY c.scope, c.period, c.who = '', c.org_id = c_nil) b
     WHERE b.scope = 'task' OR b.max_nano IS NOT NULL OR b.max_tokens IS NOT NULL;
END $$;
