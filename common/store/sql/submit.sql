SELECT what, task_id, ordinal, n, queue, lane, (extract(epoch FROM at) * 1000)::bigint AS at_ms, type, body, traceparent
  FROM submit_v3($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $26::text[], $27::text[], $6::text[], $7::text[],
                 $8::bigint[], $9::smallint[], $10::smallint[], $11::text[], $12::bytea[], $13::text[],
                 $14::integer[], $15::smallint[], $16::smallint[], $17::text[], $18::text[], $19::text[], $20::smallint[], $21::text[],
                 $22::text[], $23::text[], $24::boolean[], $25::integer[])
