SELECT put_answer_v1($1::uuid, $2::text, $3::text, $4::bytea, $5::bytea, $6::text, $7::text, $8::text, $9::bigint, $10::text, $11::real[],
                     $12::bigint, $13::bigint, $14::bigint)
