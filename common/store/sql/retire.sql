SELECT retire_v1($1::integer, $2::integer, $3::integer)
