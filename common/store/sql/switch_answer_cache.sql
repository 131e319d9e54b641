SELECT switch_answer_cache_v1($1::uuid, $2::boolean)
