-- Walks the open tasks: for a look every few seconds, not for every request.
SELECT q.queue, coalesce(c.ready, 0), coalesce(c.running, 0), coalesce(c.waiting, 0), w.workers, w.slots, coalesce(d.dead, 0)
  FROM generate_series(1, 5) q(queue)
  LEFT JOIN (SELECT s.queue, count(*) FILTER (WHERE s.state = 'ready') AS ready, count(*) FILTER (WHERE s.state = 'running') AS running,
                    count(*) FILTER (WHERE s.state = 'waiting') AS waiting
               FROM task t JOIN step s ON s.task_id = t.task_id
              WHERE t.settled_at IS NULL AND s.state IN ('ready', 'running', 'waiting')
              GROUP BY s.queue) c ON c.queue = q.queue
  LEFT JOIN (SELECT l.queue, count(*) AS dead FROM dead_letter l GROUP BY l.queue) d ON d.queue = q.queue
 CROSS JOIN LATERAL (SELECT count(*) AS workers, coalesce(sum(k.slots), 0) AS slots
                       FROM worker k WHERE k.queue = q.queue AND k.alive_until > clock_timestamp()) w
 ORDER BY q.queue
