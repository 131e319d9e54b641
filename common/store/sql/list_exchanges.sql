-- One row with NULLs where the task has none; no row where the organisation has no such task. Of texts that are gone no digest is told.
SELECT e.exchange, e.ordinal, e.attempt, s.state = 'superseded', e.kind, e.role, e.model, e.prompt, e.prompt_hash, e.route, e.source, e.tries,
       e.stop, e.fault, coalesce(e.input, -1), coalesce(e.cached, -1), coalesce(e.cache_written, -1), coalesce(e.output, -1),
       coalesce(e.reasoning, -1), round(extract(epoch FROM e.started_at) * 1000)::bigint, e.took_ms, coalesce(e.first_byte_ms, -1),
       CASE WHEN EXISTS (SELECT FROM blob_link l WHERE l.task_id = e.task_id AND l.sha256 = e.request_sha256)
            THEN encode(e.request_sha256, 'hex') END,
       CASE WHEN EXISTS (SELECT FROM blob_link l WHERE l.task_id = e.task_id AND l.sha256 = e.answer_sha256)
            THEN encode(e.answer_sha256, 'hex') END
  FROM task t
  LEFT JOIN LATERAL (SELECT x.* FROM model_exchange x
                      WHERE x.task_id = t.task_id AND x.exchange > $3::uuid ORDER BY x.exchange LIMIT $4::integer) e ON true
  LEFT JOIN step s ON s.task_id = e.task_id AND s.ordinal = e.ordinal
 WHERE t.task_id = $2::uuid AND t.org_id = $1::uuid
 ORDER BY e.exchange
