SELECT count_answers_v1($1::uuid, $2::text, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::bigint)
