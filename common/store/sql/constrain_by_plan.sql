SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM constrain_by_plan_v1($1::uuid, $2::uuid, $3::text, $4::smallint, $5::bigint, $6::text[], nullif($7::bigint, -1))
