SELECT l.org_id, l.queue, l.max_running,
       (SELECT count(*) FROM running_slot r JOIN step s ON s.task_id = r.task_id AND s.ordinal = r.ordinal
         WHERE r.org_id = l.org_id AND s.state = 'running' AND l.queue IN (0, s.queue))
  FROM org_limit l
 ORDER BY l.org_id, l.queue
