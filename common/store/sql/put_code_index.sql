SELECT put_code_index_v1($1::uuid, $2::text, $3::text, $4::text, $5::bytea[], $6::integer)
