DROP FUNCTION submit_v1(uuid[], uuid[], text[], text[], smallint[], text[], text[], text[], text[], bigint[], text[], bytea[], text[],
  integer[], smallint[], smallint[], text[], text[], text[], text[], text[], text[], boolean[], integer[]);
