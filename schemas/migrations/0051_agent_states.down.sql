DROP FUNCTION newest_blob_v1(uuid, smallint, text);
DROP FUNCTION keep_state_v1(uuid, bytea, text, smallint, smallint, bigint, text, bigint, bigint, integer);
