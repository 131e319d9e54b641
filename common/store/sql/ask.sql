SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM ask_v1($1::uuid, $2::uuid, $3::smallint, $4::bigint, $5::text, $6::text, $7::text, $8::bigint, nullif($9::text, '')::"char",
              nullif($10::text, ''), nullif($11::text, ''), $12::text, $13::text, $14::bigint, $15::bigint, $16::text[], $17::text[])
