SELECT place, stored FROM place_blob_v1($1::bytea)
