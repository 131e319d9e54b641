DROP FUNCTION renew_v2(uuid, smallint, text, integer, integer, bigint, uuid[], smallint[], smallint[], smallint[], bigint[]);
DROP FUNCTION constrain_v1(uuid, uuid, text, text[], bigint);
DROP TABLE task_constraint;
