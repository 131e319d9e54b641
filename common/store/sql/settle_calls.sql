SELECT s.place, s.known, s.unconfirmed
  FROM settle_calls_v1($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) s
