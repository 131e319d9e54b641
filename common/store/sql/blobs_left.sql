SELECT blobs_left_v1($1::bigint[])
