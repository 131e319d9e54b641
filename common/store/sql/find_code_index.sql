SELECT commit_id, digest FROM find_code_index_v1($1::uuid, $2::text, $3::text, $4::text)
