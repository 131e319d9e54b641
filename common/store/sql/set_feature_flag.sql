SELECT set_feature_flag_v1($1, $2::uuid, nullif($3::integer, -1)::smallint, $4, $5, $6::integer)
