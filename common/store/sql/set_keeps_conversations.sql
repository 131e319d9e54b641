SELECT set_keeps_conversations_v1($1::uuid, nullif($2::text, '')::boolean)
