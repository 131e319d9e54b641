SELECT get_code_index_piece_v1($1::uuid, $2::text, $3::bytea)
