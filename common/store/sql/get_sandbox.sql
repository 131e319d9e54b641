SELECT s.sandbox_id, s.repository_id, s.commit, s.class, s.limits, s.created_by, (extract(epoch FROM s.created_at) * 1000)::bigint,
       (extract(epoch FROM s.ready_at) * 1000)::bigint, (extract(epoch FROM s.last_used_at) * 1000)::bigint,
       (extract(epoch FROM coalesce(s.removed_at, CASE WHEN w.worker_id IS NULL THEN clock_timestamp() END)) * 1000)::bigint,
       coalesce(s.reason, CASE WHEN w.worker_id IS NULL THEN 'worker_lost' END), w.sandbox_address, encode(w.sandbox_key, 'hex')
  FROM sandbox s
  LEFT JOIN worker w ON w.worker_id = s.worker_id AND s.removed_at IS NULL AND w.alive_until > clock_timestamp()
 WHERE s.org_id = $1::uuid AND s.sandbox_id = $2::uuid
