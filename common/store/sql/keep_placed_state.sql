SELECT keep_placed_state_v1($1::bigint, $2::uuid, $3::bytea, $4::text, $5::smallint, $6::smallint, $7::bigint, $8::text, $9::bigint, $10::bigint, $11::integer)
