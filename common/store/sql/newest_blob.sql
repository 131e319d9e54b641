SELECT encode(newest_blob_v1($1::uuid, $2::smallint, $3::text), 'hex')
