-- One statement, so that the task and its steps are of one moment. A claim does not touch the task's row: that it is being planned, or that
-- nothing of it can run now, is seen in its steps.
SELECT t.task_id, t.org_id, t.lane, t.progress, t.last_seq, (extract(epoch FROM t.created_at) * 1000)::bigint,
       (extract(epoch FROM t.finished_at) * 1000)::bigint, d.repository_id, d.kind, d.created_by,
       CASE WHEN t.finished_at IS NOT NULL THEN t.state::text
            WHEN n.waiting AND NOT n.active THEN 'waiting'
            WHEN n.planning AND t.state = 'queued' THEN 'planning'
            ELSE t.state::text END,
       e.category, e.code, e.message, e.hint, e.details, t.paused AND t.finished_at IS NULL, d.request, d.context, n.steps,
       (SELECT coalesce(json_agg(json_build_object(
                 'step', c.ordinal, 'name', c.name, 'type', c.type, 'description', c.description,
                 'asked_at', (extract(epoch FROM c.asked_at) * 1000)::bigint,
                 'expires_at', (extract(epoch FROM c.expires_at) * 1000)::bigint) ORDER BY c.asked_at, c.ordinal), '[]')
          FROM checkpoint c JOIN step s ON s.task_id = c.task_id AND s.ordinal = c.ordinal AND s.state = 'waiting'
         WHERE c.task_id = t.task_id AND c.expires_at IS NOT NULL),
       (SELECT json_agg(json_build_object(
                 'category', x.category::text, 'code', x.code, 'message', x.message, 'hint', x.hint, 'details', x.details,
                 'ended_at', (extract(epoch FROM x.ended_at) * 1000)::bigint,
                 'reopened_at', (extract(epoch FROM x.reopened_at) * 1000)::bigint, 'reopened_by', x.reopened_by) ORDER BY x.at_seq)
          FROM task_past_error x WHERE x.task_id = t.task_id)
  FROM task t
  JOIN task_spec d ON d.task_id = t.task_id
  LEFT JOIN task_error e ON e.task_id = t.task_id
 CROSS JOIN LATERAL (
       SELECT bool_or(s.ordinal = 0 AND s.attempts > 0) AS planning,
              bool_or(s.state IN ('ready', 'running')) FILTER (WHERE NOT s.on_task_end) AS active,
              bool_or(s.state = 'waiting') FILTER (WHERE NOT s.on_task_end) AS waiting,
              json_agg(json_build_object(
                'ordinal', s.ordinal, 'queue', s.queue, 'state', s.state, 'kind', p.kind, 'title', p.title, 'output',
                  coalesce(s.output, ''),
                'depends_on', p.depends_on, 'replaces', coalesce(p.replaces, -1), 'attempts', s.attempts, 'on_task_end', s.on_task_end,
                'started_at', coalesce((extract(epoch FROM s.claimed_at) * 1000)::bigint, 0),
                'finished_at', CASE WHEN s.state IN ('succeeded', 'failed', 'cancelled', 'superseded') THEN coalesce(h.finished_at, 0)
                  ELSE 0 END,
                'history', coalesce(h.attempts, '[]')) ORDER BY s.ordinal) AS steps
         FROM step s
         JOIN step_spec p ON p.task_id = s.task_id AND p.ordinal = s.ordinal
        CROSS JOIN LATERAL (
              SELECT max((extract(epoch FROM a.finished_at) * 1000)::bigint) AS finished_at,
                     json_agg(json_build_object(
                       'attempt', a.attempt, 'started_at', (extract(epoch FROM a.started_at) * 1000)::bigint,
                       'finished_at', (extract(epoch FROM a.finished_at) * 1000)::bigint, 'outcome', a.outcome, 'category',
                         a.category::text,
                       'code', a.code, 'message', a.message, 'hint', a.hint, 'details', a.details) ORDER BY a.lease_epoch) AS attempts
                FROM step_attempt a WHERE a.task_id = s.task_id AND a.ordinal = s.ordinal) h
        WHERE s.task_id = t.task_id) n
 WHERE t.task_id = $2::uuid AND t.org_id = $1::uuid
