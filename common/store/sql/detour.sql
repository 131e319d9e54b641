SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM detour_v1($1::uuid, $2::uuid, $3::smallint, $4::bigint, $5::text, $6::bigint, $7::bigint, $8::text[], $9::text[], $10::smallint[],
                 $11::smallint[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
                 $19::integer[])
