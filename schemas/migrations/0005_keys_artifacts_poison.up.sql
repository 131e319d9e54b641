-- What stands beside the engine: keys of requests, artifacts, messages that did not parse, webhook deliveries.

-- Unpartitioned, so that a key is unique whenever it comes. Kept until 24 h after its task has ended.
CREATE TABLE idempotency_key (
  org_id      uuid NOT NULL,
  key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  task_id     uuid NOT NULL,
  body_sha256 bytea NOT NULL CHECK (length(body_sha256) = 32),
  response    text NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (org_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- Artifacts by digest, shared by all who made the same bytes; in chunks, so that no row is large.
CREATE TABLE blob_chunk (
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  n      integer NOT NULL CHECK (n >= 0),
  bytes  bytea NOT NULL CHECK (length(bytes) <= 262144),
  kept_at timestamptz NOT NULL,  -- last put; chunks that no link names a day later are left-overs of a crash
  PRIMARY KEY (sha256, n)
);
CREATE INDEX blob_chunk_age ON blob_chunk (kept_at) WHERE n = 0;

CREATE TABLE blob_link (
  task_id    uuid NOT NULL,
  sha256     bytea NOT NULL,
  name       text NOT NULL,
  org_id     uuid NOT NULL,
  ordinal    smallint NOT NULL,
  attempt    smallint NOT NULL,
  kind       text NOT NULL CHECK (kind <> ''),
  size       bigint NOT NULL CHECK (size >= 0),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, sha256, name)
);
CREATE INDEX blob_link_digest ON blob_link (sha256);

CREATE TABLE poison (
  poison_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic         text NOT NULL,
  kafka_partition integer NOT NULL,
  kafka_offset  bigint NOT NULL,
  reason        text NOT NULL,
  body          bytea NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (topic, kafka_partition, kafka_offset, reason)
);

-- One row a notification, whatever is repeated.
CREATE TABLE delivery (
  task_id     uuid NOT NULL,
  ordinal     smallint NOT NULL,
  delivery_id text NOT NULL,
  attempts    integer NOT NULL,
  status      integer NOT NULL,  -- of the last answer; 0: none came
  error       text NOT NULL,
  delivered_at timestamptz,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (task_id, ordinal)
);
