SELECT f.off, f.answer, f.model, f.nano FROM find_answer_v1($1::uuid, $2::text, $3::text, $4::bytea, $5::text, $6::bigint) f
