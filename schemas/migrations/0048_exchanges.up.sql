-- exchanges: what was asked of models and what came of it, for people who want to know what a task did. What it cost stands in model_call,
-- which has a row for each try; this has one for each question. The texts are artifacts, where the organisation lets them be kept.

CREATE TABLE model_exchange (
  task_id        uuid NOT NULL,
  exchange       uuid NOT NULL,  -- ordered by time
  ordinal        smallint NOT NULL,
  attempt        smallint NOT NULL,
  kind           text NOT NULL,  -- what it was for: plan, edit, ...
  role           text NOT NULL,  -- who asked; empty: not said
  model          text NOT NULL,  -- who answered or failed last, by its name in models.yaml
  prompt         text NOT NULL,  -- the template's name and hash; empty: there was none
  prompt_hash    text NOT NULL,
  route          jsonb,          -- why that model; NULL: nobody chose
  source         text NOT NULL CHECK (source IN ('model', 'exact_cache', 'semantic_cache')),
  tries          integer NOT NULL,
  stop           text NOT NULL,
  fault          text NOT NULL,  -- the code of what went wrong; empty: nothing
  input          bigint,         -- as the vendor reported them; NULL: it did not
  cached         bigint,
  cache_written  bigint,
  output         bigint,
  reasoning      bigint,
  started_at     timestamptz NOT NULL,
  took_ms        bigint NOT NULL,
  first_byte_ms  bigint,
  request_sha256 bytea CHECK (octet_length(request_sha256) = 32),  -- NULL: its text is not kept
  answer_sha256  bytea CHECK (octet_length(answer_sha256) = 32),
  PRIMARY KEY (task_id, exchange)
);
INSERT INTO task_table (name) VALUES ('model_exchange');
