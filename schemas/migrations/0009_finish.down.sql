DROP FUNCTION finish_v1(uuid, uuid[], smallint[], bigint[], text[], text[], "char"[], text[], text[], text[], text[], bigint[], bigint[],
  bigint[], integer[], text[], text[], integer[], smallint[], smallint[], text[], text[], text[], text[], text[], text[], text[],
  boolean[], integer[]);
DROP FUNCTION finished_before(uuid[], smallint[], bigint[]);
DROP FUNCTION add_steps(new_step[], timestamptz);
DROP TYPE new_step;
