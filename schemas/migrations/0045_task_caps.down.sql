CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_table name;
BEGIN
  FOR v_table IN SELECT t.name FROM task_table t ORDER BY t.name LOOP
    EXECUTE format('DELETE FROM %I x WHERE x.task_id = ANY ($1)', v_table) USING p_tasks;
  END LOOP;
END $$;
DROP INDEX budget_cap_of_task;
