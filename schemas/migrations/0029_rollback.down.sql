DROP FUNCTION rollback_v1(uuid, uuid, text, smallint, text);
DROP FUNCTION tell_replaced(uuid, step_move[], timestamptz);
DROP FUNCTION replace_steps(uuid, smallint[], timestamptz);
DROP FUNCTION supersede_steps(uuid, smallint[], timestamptz);
DROP FUNCTION steps_after(uuid, smallint);
ALTER TABLE step_spec DROP COLUMN replaces, DROP COLUMN added_by;
DROP TABLE task_rollback;
