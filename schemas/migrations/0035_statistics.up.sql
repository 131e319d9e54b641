-- Statistics of the large tables. Autovacuum gathers them again whenever a tenth of a table is new, under load every few seconds: it reads
-- 300 rows for each unit of the largest target, and sorts what each column holds. What no statement filters by needs none (0), and for the rest
-- a coarse picture does, since the moves find their rows by key whatever the planner believes.
CREATE FUNCTION set_statistics(p_table regclass, p_kept text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  c_coarse constant integer := 20;
  v_column record;
BEGIN
  FOR v_column IN SELECT a.attname FROM pg_attribute a WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', p_table, v_column.attname,
                   CASE WHEN v_column.attname = ANY (p_kept) THEN c_coarse ELSE 0 END);
  END LOOP;
END $$;

SELECT set_statistics('task', '{task_id,org_id,created_at,deadline_at,finished_at,settled_at,state,lane}');
SELECT set_statistics('task_spec', '{task_id,org_id,repository_id,kind}');
SELECT set_statistics('step', '{task_id,org_id,announced_at,due_at,state,ordinal,queue,lane,held}');
SELECT set_statistics('step_spec', '{task_id,ordinal}');
SELECT set_statistics('attempt', '{task_id,ordinal,outcome}');
SELECT set_statistics(c.oid::regclass, '{task_id,first_seq}')
  FROM pg_class c WHERE c.oid = 'event'::regclass OR c.oid IN (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = 'event'::regclass);

-- As in 0003; a partition does not inherit the targets.
CREATE OR REPLACE FUNCTION add_event_partition_v1(p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
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
  PERFORM set_statistics(v_name::regclass, '{task_id,first_seq}');
  RETURN true;
END $$;
