DO $$
DECLARE
  v_column record;
BEGIN
  FOR v_column IN
    SELECT a.attrelid::regclass AS of, a.attname FROM pg_attribute a
     WHERE a.attstattarget <> -1 AND a.attnum > 0 AND NOT a.attisdropped
       AND (a.attrelid IN ('task'::regclass, 'task_spec'::regclass, 'step'::regclass, 'step_spec'::regclass, 'attempt'::regclass, 'event'::regclass)
            OR a.attrelid IN (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = 'event'::regclass))
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS -1', v_column.of, v_column.attname);
  END LOOP;
END $$;

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
  RETURN true;
END $$;
DROP FUNCTION set_statistics(regclass, text[]);
