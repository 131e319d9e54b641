DROP FUNCTION hint_peers_v1(uuid, text, text, bytea);
ALTER TABLE worker DROP COLUMN hint_address, DROP COLUMN hint_key;
