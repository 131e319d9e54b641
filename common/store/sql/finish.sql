SELECT what, task_id, ordinal, n, queue, lane, at, type, body, traceparent
  FROM finish_v3($1::uuid, $2::uuid[], $3::smallint[], $4::bigint[], $5::text[], $6::text[], $7::"char"[], $8::text[], $9::text[],
                 $10::text[],
                 $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::integer[], $16::text[], $17::text[], $18::integer[],
                 $19::smallint[], $20::smallint[], $21::text[], $22::text[], $23::text[], $24::text[], $25::text[], $26::text[],
                 $27::text[], $28::boolean[], $29::integer[])
