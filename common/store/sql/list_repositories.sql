SELECT r.org_id, r.repository_id, r.url, r.default_branch, r.setup_command, r.test_command, (extract(epoch FROM r.created_at) * 1000)::bigint
  FROM repository r WHERE r.org_id = $1::uuid AND r.repository_id > $2::text
 ORDER BY r.repository_id LIMIT $3::integer
