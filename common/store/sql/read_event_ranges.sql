SELECT r.task_id, x.seq, x.at_ms, x.type, x.data, d.traceparent
  FROM unnest($1::uuid[], $2::bigint[]) r(task_id, after)
  JOIN task_spec d ON d.task_id = r.task_id
 CROSS JOIN LATERAL (
       SELECT e.first_seq + u.place - 1 AS seq, (extract(epoch FROM e.at) * 1000)::bigint AS at_ms, u.type, u.data
         FROM event e CROSS JOIN LATERAL unnest(e.types, e.data) WITH ORDINALITY u(type, data, place)
        WHERE e.task_id = r.task_id
          AND e.first_seq >= coalesce((SELECT max(b.first_seq) FROM event b WHERE b.task_id = r.task_id AND b.first_seq <= r.after), 0)
          AND e.first_seq + u.place - 1 > r.after
        ORDER BY 1 LIMIT $3::integer) x
 ORDER BY r.task_id, x.seq
