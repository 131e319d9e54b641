SELECT sandbox_id FROM keep_sandboxes_v1($1::uuid, $2::text, $3::bytea, $4::text, $5::integer, $6::uuid[], $7::uuid[], $8::text[])
