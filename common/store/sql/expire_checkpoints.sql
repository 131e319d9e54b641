SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM expire_checkpoints_v1($1::integer)
