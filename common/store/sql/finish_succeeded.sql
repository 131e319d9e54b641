SELECT what, task_id, ordinal, n, queue, lane, at, type, body, traceparent
  FROM finish_succeeded_v1($1::uuid[], $2::smallint[], $3::bigint[], $4::text[])
