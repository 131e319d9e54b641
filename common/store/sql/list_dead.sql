-- Newest first, from a position on. The reason is that of the last attempt; the task's own where a step died without one.
SELECT (extract(epoch FROM l.died_at) * 1e6)::bigint, l.task_id, l.ordinal, d.repository_id, p.kind, p.title, l.queue, t.state::text,
       s.on_task_end, s.attempts, s.crashes, r.category, r.code, r.message, r.hint, r.details
  FROM dead_letter l
  JOIN task t ON t.task_id = l.task_id
  JOIN task_spec d ON d.task_id = l.task_id
  JOIN step s ON s.task_id = l.task_id AND s.ordinal = l.ordinal
  JOIN step_spec p ON p.task_id = l.task_id AND p.ordinal = l.ordinal
  LEFT JOIN LATERAL (
       SELECT x.* FROM (
         SELECT 1 AS turn, a.lease_epoch, a.category, a.code, a.message, a.hint, a.details
           FROM attempt a WHERE a.task_id = l.task_id AND a.ordinal = l.ordinal AND a.category IS NOT NULL
         UNION ALL
         SELECT 2, 0, e.category, e.code, e.message, e.hint, e.details FROM task_error e WHERE e.task_id = l.task_id) x
        ORDER BY x.turn, x.lease_epoch DESC LIMIT 1) r ON true
 WHERE l.org_id = $1::uuid
   AND (l.died_at, l.task_id, l.ordinal) < ('epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3::uuid, $4::smallint)
   AND l.died_at >= 'epoch'::timestamptz + $5::bigint * interval '1 millisecond'
   AND l.died_at < 'epoch'::timestamptz + $6::bigint * interval '1 millisecond'
   AND ($7::smallint = 0 OR l.queue = $7::smallint)
   AND ($8::text = '' OR r.category = $8::text::"char")
   AND ($9::text = '' OR r.code = $9::text)
   AND ($10::text = '' OR d.repository_id = $10::text)
   AND ($11::boolean OR r.category <> 'D')
 ORDER BY l.org_id DESC, l.died_at DESC, l.task_id DESC, l.ordinal DESC
 LIMIT $12::integer
