SELECT expire_calls_v1($1::integer)
