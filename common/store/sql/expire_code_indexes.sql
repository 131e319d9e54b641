SELECT expire_code_indexes_v1($1::integer, $2::integer, $3::bigint)
