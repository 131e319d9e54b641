SELECT what, task_id, ordinal, n, queue, lane, at, type, body, traceparent
  FROM submit_v3($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[],
                 $10::bigint[], $11::smallint[], $12::smallint[], $13::text[], $14::bytea[], $15::text[],
                 $16::integer[], $17::smallint[], $18::smallint[], $19::text[], $20::text[], $21::text[], $22::smallint[], $23::text[],
                 $24::text[], $25::text[], $26::boolean[], $27::integer[])
