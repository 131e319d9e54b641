SELECT (extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY x.took)) * 1000)::bigint
  FROM (SELECT t.finished_at - t.created_at AS took
          -- Newest first; only so many are looked at, because a repository may have thousands that failed.
          FROM (SELECT d.task_id FROM task_spec d
                 WHERE d.org_id = $1::uuid AND d.repository_id = $2::text AND d.kind = $3::text
                 ORDER BY d.org_id DESC, d.repository_id DESC, d.task_id DESC LIMIT 200) d
          JOIN task t ON t.task_id = d.task_id
         WHERE t.state = 'succeeded'
         ORDER BY t.task_id DESC LIMIT 20) x
