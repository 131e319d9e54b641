SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM release_v2($1::bigint, $2::integer, $3::integer)
