SELECT link_blob_v1($1::uuid, $2::bytea, $3::text, $4::smallint, $5::smallint, $6::text, $7::bigint, $8::bigint)
