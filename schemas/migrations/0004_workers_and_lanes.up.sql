-- Who is alive, and how much of each lane has been told to Kafka.

-- One row a process. A step is leased while its owner is alive: one row is written per renewal, whatever the process holds.
CREATE TABLE worker (
  worker_id    uuid PRIMARY KEY,
  queue        smallint CHECK (queue BETWEEN 1 AND 5),  -- NULL: it holds no steps
  host         text NOT NULL,
  slots        integer NOT NULL CHECK (slots >= 0),
  busy         integer NOT NULL CHECK (busy >= 0),
  lease        interval NOT NULL,
  started_at   timestamptz NOT NULL,
  renewed_at   timestamptz NOT NULL,
  alive_until  timestamptz NOT NULL,
  rescued_at   timestamptz,          -- declared dead; a renewal clears it
  swept_at     timestamptz,          -- and nothing of it is left to rescue
  held_task    uuid[] NOT NULL,      -- what it said it holds, at its last renewal
  held_ordinal smallint[] NOT NULL
) WITH (fillfactor = 50);

-- One row a (queue, lane).
CREATE TABLE lane_mark (
  queue        smallint NOT NULL CHECK (queue BETWEEN 1 AND 5),
  lane         smallint NOT NULL CHECK (lane BETWEEN 0 AND 2),
  mark         timestamptz NOT NULL DEFAULT '-infinity',  -- highest announced_at that was claimed; reported by renewals
  probed_at    timestamptz NOT NULL DEFAULT '-infinity',
  floor_at     timestamptz NOT NULL DEFAULT '-infinity',  -- no announced step that is still ready stands below it
  counted_at   timestamptz NOT NULL DEFAULT '-infinity',  -- of the last release pass
  announced    integer NOT NULL DEFAULT 0,                -- announced and ready, at that pass
  lane_window  integer NOT NULL DEFAULT 64,
  org_cursor   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',  -- the organisation that was served last
  PRIMARY KEY (queue, lane)
) WITH (fillfactor = 50);
INSERT INTO lane_mark (queue, lane) SELECT q, l FROM generate_series(1, 5) q, generate_series(0, 2) l;

-- New ready steps of this (queue, lane, organisation) are held back (nil: of every organisation). Written by the release pass when it
-- changes, read by every move that makes steps ready.
CREATE TABLE hold (
  queue  smallint NOT NULL,
  lane   smallint NOT NULL,
  org_id uuid NOT NULL,
  PRIMARY KEY (queue, lane, org_id)
);

CREATE FUNCTION is_held_back(p_queue smallint, p_lane smallint, p_org uuid) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT FROM hold h
                  WHERE h.queue = p_queue AND h.lane = p_lane AND h.org_id IN (p_org, '00000000-0000-0000-0000-000000000000'));
END $$;

-- What the scheduler's replicas remember between passes; one row each.
CREATE TABLE announce_memory (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  settled_at  timestamptz NOT NULL DEFAULT '-infinity',  -- every step that was announced before it is visible by now
  pending_at  timestamptz NOT NULL DEFAULT '-infinity',  -- the next such time: reached when all older transactions have ended
  pending_xid xid8 NOT NULL DEFAULT '0'
) WITH (fillfactor = 50);
INSERT INTO announce_memory DEFAULT VALUES;

CREATE TABLE rescue_memory (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  searched_at   timestamptz NOT NULL DEFAULT '-infinity',  -- the last look for steps that their living owner forgot
  mass_death_at timestamptz                                -- since when too many leases are expired at once
);
INSERT INTO rescue_memory DEFAULT VALUES;
