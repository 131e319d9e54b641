DROP FUNCTION expire_states_v1(integer);
DROP FUNCTION state_is_served(uuid, smallint);
ALTER TABLE retention_memory DROP COLUMN state_cursor;
DROP INDEX blob_link_state;
DROP FUNCTION keep_state_v2(uuid, bytea, text, smallint, smallint, bigint, text, bigint, bigint, integer);
