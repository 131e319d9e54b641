SELECT l.task_id, l.ordinal, l.attempt, l.kind, l.name, encode(l.sha256, 'hex'), l.size, (extract(epoch FROM l.created_at) * 1000)::bigint,
       coalesce((SELECT s.state = 'superseded' FROM step s WHERE s.task_id = l.task_id AND s.ordinal = l.ordinal), false),
       l.kind <> 'log' AND is_quarantined(l.task_id)
  FROM blob_link l WHERE l.task_id = $1::uuid AND l.kind <> 'agent_state'
 ORDER BY l.ordinal, l.attempt, l.name, l.sha256
