-- What waits in each queue and lane, of open tasks. Held: above its organisation's window or limit, so that nobody was told. Unheard: announced
-- again three times and more, and still nobody came. Age: since the last announcement; a claim takes the oldest first.
SELECT q.queue, l.lane, coalesce(c.ready, 0), coalesce(c.held, 0), coalesce(c.unheard, 0), coalesce(c.oldest_ms, 0)::bigint
  FROM generate_series(1, 5) q(queue)
 CROSS JOIN generate_series(0, 2) l(lane)
  LEFT JOIN (SELECT s.queue, s.lane, count(*) FILTER (WHERE s.announced_at IS NOT NULL) AS ready,
                    count(*) FILTER (WHERE s.announced_at IS NULL) AS held, count(*) FILTER (WHERE s.announces >= 3) AS unheard,
                    extract(epoch FROM clock_timestamp() - min(s.announced_at)) * 1000 AS oldest_ms
               FROM task t JOIN step s ON s.task_id = t.task_id
              WHERE t.settled_at IS NULL AND s.state = 'ready'
              GROUP BY s.queue, s.lane) c ON c.queue = q.queue AND c.lane = l.lane
 ORDER BY q.queue, l.lane
