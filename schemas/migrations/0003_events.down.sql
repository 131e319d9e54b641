DROP TABLE event;
DROP FUNCTION add_event_partition_v1(timestamptz);
DROP FUNCTION uuid_at(timestamptz);
