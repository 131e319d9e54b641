SELECT t.task_id, t.org_id, t.lane, t.progress, t.last_seq, (extract(epoch FROM t.created_at) * 1000)::bigint,
       (extract(epoch FROM t.finished_at) * 1000)::bigint, d.repository_id, d.kind, d.created_by, n.status,
       e.category, e.code, e.message, e.hint, e.details, t.paused AND t.finished_at IS NULL
  FROM task t
  JOIN task_spec d ON d.task_id = t.task_id
  LEFT JOIN task_error e ON e.task_id = t.task_id
 CROSS JOIN LATERAL (  -- as in get_task.sql
       SELECT CASE WHEN t.finished_at IS NOT NULL THEN t.state::text
                   WHEN bool_or(s.state = 'waiting') AND NOT bool_or(s.state IN ('ready', 'running')) THEN 'waiting'
                   WHEN bool_or(s.ordinal = 0 AND s.attempts > 0) AND t.state = 'queued' THEN 'planning'
                   ELSE t.state::text END AS status
         FROM step s WHERE s.task_id = t.task_id AND NOT s.on_task_end AND t.finished_at IS NULL) n
 WHERE t.org_id = $1::uuid
   AND t.task_id < coalesce(nullif($2::text, '')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   AND ($3::text = '' OR d.repository_id = $3::text)
   AND ($4::text = '' OR n.status = $4::text)
 ORDER BY t.org_id DESC, t.task_id DESC
 LIMIT $5::integer
