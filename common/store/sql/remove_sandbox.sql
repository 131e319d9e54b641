UPDATE sandbox s
   SET removed_at = clock_timestamp(), reason = $3::text,
       idempotency_key = CASE WHEN $3::text <> 'not_made' THEN s.idempotency_key END
 WHERE s.org_id = $1::uuid AND s.sandbox_id = $2::uuid AND s.removed_at IS NULL
