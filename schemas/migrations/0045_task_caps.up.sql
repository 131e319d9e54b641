-- What a single task may cost goes with the task. Caps of tasks that went before go now.

CREATE INDEX budget_cap_of_task ON budget_cap (who) WHERE scope = 'task' AND who <> '';

-- The caller has the tasks' locks. A cap of a task that is over changes nobody's counts, so it needs no lock of its own (set_budget_v1).
CREATE OR REPLACE FUNCTION forget_tasks(p_tasks uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_table name;
BEGIN
  FOR v_table IN SELECT t.name FROM task_table t ORDER BY t.name LOOP
    EXECUTE format('DELETE FROM %I x WHERE x.task_id = ANY ($1)', v_table) USING p_tasks;
  END LOOP;
  DELETE FROM budget_cap c WHERE c.scope = 'task' AND c.who <> '' AND c.who = ANY (p_tasks::text[]);
END $$;

DELETE FROM budget_cap c WHERE c.scope = 'task' AND c.who <> '' AND NOT EXISTS (SELECT FROM task t WHERE t.task_id::text = c.who);
