SELECT encode(n.key, 'hex'), n.embedding, (extract(epoch FROM n.created_at) * 1000000)::bigint
  FROM near_answers_v1($1::uuid, $2::text, $3::text, $4::bytea, $5::text, $6::bigint, $7::text, $8::real[], $9::boolean, $10::integer, $11::integer) n
