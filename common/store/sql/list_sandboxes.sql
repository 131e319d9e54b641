SELECT s.sandbox_id, s.repository_id, s.commit, s.class, s.limits, s.created_by, (extract(epoch FROM s.created_at) * 1000)::bigint,
       (extract(epoch FROM s.ready_at) * 1000)::bigint, (extract(epoch FROM s.last_used_at) * 1000)::bigint, NULL, NULL, w.sandbox_address,
       encode(w.sandbox_key, 'hex')
  FROM sandbox s
  JOIN worker w ON w.worker_id = s.worker_id AND w.alive_until > clock_timestamp()
 WHERE s.org_id = $1::uuid AND s.removed_at IS NULL
 ORDER BY s.created_at, s.sandbox_id
