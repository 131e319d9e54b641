DROP FUNCTION redrive_v1(uuid, uuid, text, uuid[], smallint[]);
DROP FUNCTION revive_end_steps(uuid[], smallint[], timestamptz);
DROP FUNCTION revive_steps(uuid[], timestamptz);
DROP TABLE redrive;
DROP TABLE dead_letter;
