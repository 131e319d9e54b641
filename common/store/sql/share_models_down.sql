SELECT base_url, model, told_by, until_ms FROM share_models_down_v1($1::uuid, $2::text[], $3::text[], $4::bigint[])
