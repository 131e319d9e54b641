SELECT drop_event_partition_v1($1::integer)
