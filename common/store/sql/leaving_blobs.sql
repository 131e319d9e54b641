SELECT place, encode(sha256, 'hex') FROM leaving_blobs_v1($1::integer)
