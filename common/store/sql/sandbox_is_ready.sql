UPDATE sandbox s
   SET ready_at = coalesce(s.ready_at, clock_timestamp()), last_used_at = clock_timestamp(), commit = $3::text, limits = $4::text
 WHERE s.org_id = $1::uuid AND s.sandbox_id = $2::uuid AND s.removed_at IS NULL
RETURNING 1
