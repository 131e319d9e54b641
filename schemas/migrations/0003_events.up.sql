-- Facts about tasks, append-only. One row carries `count` consecutive events of a task: a finish writes one row. Task ids are UUIDv7, so
-- that the ranges below are weeks; what has a forged time lands in the default partition.

CREATE TABLE event (
  task_id   uuid NOT NULL,
  first_seq bigint NOT NULL CHECK (first_seq > 0),
  count     smallint NOT NULL CHECK (count > 0),
  at        timestamptz NOT NULL,
  types     text[] NOT NULL,
  data      text[] NOT NULL,  -- JSON objects
  PRIMARY KEY (task_id, first_seq),
  CONSTRAINT event_arrays_have_its_count CHECK (cardinality(types) = count AND cardinality(data) = count)
) PARTITION BY RANGE (task_id);

CREATE TABLE event_default PARTITION OF event DEFAULT;

-- The lowest UUIDv7 of that millisecond.
CREATE FUNCTION uuid_at(p_at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT rpad(lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Makes sure that the week of `p_at` (UTC, from Monday) has its partition. Called ahead of time: a week that already has rows in the
-- default partition cannot be cut out of it, and stays there. True when it made one.
CREATE FUNCTION add_event_partition_v1(p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_from timestamp := date_trunc('week', p_at AT TIME ZONE 'UTC');
  v_name text := 'event_' || to_char(v_from, 'YYYYMMDD');
  v_low  uuid := uuid_at(v_from AT TIME ZONE 'UTC');
  v_high uuid := uuid_at((v_from + interval '7 days') AT TIME ZONE 'UTC');
BEGIN
  IF to_regclass(v_name) IS NOT NULL OR EXISTS (SELECT FROM event_default WHERE task_id >= v_low AND task_id < v_high) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF event FOR VALUES FROM (%L) TO (%L)', v_name, v_low, v_high);
  RETURN true;
END $$;

SELECT add_event_partition_v1(clock_timestamp() + n * interval '7 days') FROM generate_series(-1, 4) n;
