SELECT set_budget_v1($1::uuid, $2::text, $3::text, $4::text, nullif($5::bigint, -1), nullif($6::bigint, -1), $7::boolean)
