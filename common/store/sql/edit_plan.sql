SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM edit_plan_v1($1::uuid, $2::uuid, $3::text, $4::smallint, $5::text, $6::text, $7::smallint, $8::smallint[], $9::text[],
                    nullif($10::bigint, -1), $11::smallint[], $12::smallint[], $13::text[], $14::text[], $15::text[], $16::text[],
                    $17::text[], $18::text[], $19::text[], $20::integer[], $21::smallint[])
