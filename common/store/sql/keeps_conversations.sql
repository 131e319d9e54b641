SELECT keeps_conversations($1::uuid), EXISTS (SELECT FROM org_conversation c WHERE c.org_id = $1::uuid)
