SELECT keep_state_v2($1::uuid, $2::bytea, $3::text, $4::smallint, $5::smallint, $6::bigint, $7::text, $8::bigint, $9::bigint, $10::integer)
