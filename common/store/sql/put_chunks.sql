SELECT put_chunks_v1($1::bytea, $2::integer, $3::bytea[])
