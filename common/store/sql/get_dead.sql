-- What list_dead tells of one, and what was tried.
SELECT coalesce((SELECT json_agg(json_build_object(
                          'attempt', a.attempt, 'started_at', (extract(epoch FROM a.started_at) * 1000)::bigint,
                          'finished_at', (extract(epoch FROM a.finished_at) * 1000)::bigint, 'outcome', a.outcome, 'category',
                            a.category::text,
                          'code', a.code, 'message', a.message, 'hint', a.hint, 'details', a.details) ORDER BY a.lease_epoch)
                   FROM attempt a WHERE a.task_id = l.task_id AND a.ordinal = l.ordinal), '[]'),
       coalesce((SELECT json_agg(json_build_object('at', (extract(epoch FROM r.redriven_at) * 1000)::bigint, 'by', r.redriven_by)
                                 ORDER BY r.redriven_at)
                   FROM redrive r WHERE r.task_id = l.task_id AND r.ordinal = l.ordinal), '[]'),
       (extract(epoch FROM l.died_at) * 1e6)::bigint
  FROM dead_letter l
 WHERE l.org_id = $1::uuid AND l.task_id = $2::uuid AND l.ordinal = $3::smallint
