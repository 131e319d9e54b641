UPDATE sandbox s SET last_used_at = clock_timestamp() WHERE s.org_id = $1::uuid AND s.sandbox_id = $2::uuid AND s.removed_at IS NULL
