SELECT count_model_edit_v1($1::text, $2::text, $3::boolean, $4::uuid)
