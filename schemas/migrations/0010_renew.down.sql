DROP FUNCTION leave_v1(uuid);
DROP FUNCTION renew_v1(uuid, smallint, text, integer, integer, bigint, uuid[], smallint[], smallint[], smallint[], bigint[]);
DROP FUNCTION reclaim(uuid[], smallint[], uuid[], text[], integer, timestamptz);
