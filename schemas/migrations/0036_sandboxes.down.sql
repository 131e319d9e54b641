DROP FUNCTION keep_sandboxes_v1(uuid, text, bytea, text, integer, uuid[], uuid[], text[]);
DROP FUNCTION open_sandbox_v1(uuid, uuid, text, text, text, text, text, bytea, integer, text);
DROP FUNCTION bury_sandboxes(timestamptz);
DROP TABLE sandbox;
ALTER TABLE worker DROP COLUMN sandbox_address, DROP COLUMN sandbox_key, DROP COLUMN sandbox_class, DROP COLUMN sandbox_room;
