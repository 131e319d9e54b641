SELECT link_placed_blob_v1($1::bigint, $2::uuid, $3::bytea, $4::text, $5::smallint, $6::smallint, $7::text, $8::bigint, $9::bigint)
