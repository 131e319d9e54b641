SELECT expire_v1($1::integer)
