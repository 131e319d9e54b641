SELECT set_org_limit_v1($1::uuid, $2::smallint, nullif($3::integer, -1))
