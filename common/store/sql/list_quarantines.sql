SELECT q.task_id, q.ordinal, q.org_id, q.code, q.message, (extract(epoch FROM q.began_at) * 1000)::bigint,
       coalesce((extract(epoch FROM q.ended_at) * 1000)::bigint, 0), coalesce(q.ended_by, ''), coalesce(q.outcome, ''),
       (SELECT count(*) FROM blob_link l WHERE l.task_id = q.task_id AND l.kind <> 'log')
  FROM quarantine q
 WHERE q.ended_at IS NULL OR $1::boolean
 ORDER BY q.began_at DESC, q.task_id, q.ordinal LIMIT $2::integer
