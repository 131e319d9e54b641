-- One row without an event tells the head of a task that has none after $3. A row holds several events: the one that holds $3 is read too.
SELECT t.last_seq, x.seq, x.at_ms, x.type, x.data, d.traceparent
  FROM task t
  JOIN task_spec d ON d.task_id = t.task_id
  LEFT JOIN LATERAL (
       SELECT e.first_seq + u.place - 1 AS seq, (extract(epoch FROM e.at) * 1000)::bigint AS at_ms, u.type, u.data
         FROM event e CROSS JOIN LATERAL unnest(e.types, e.data) WITH ORDINALITY u(type, data, place)
        WHERE e.task_id = t.task_id
          AND e.first_seq >= coalesce((SELECT max(b.first_seq) FROM event b WHERE b.task_id = t.task_id AND b.first_seq <= $3::bigint), 0)
          AND e.first_seq + u.place - 1 > $3::bigint
        ORDER BY 1 LIMIT $4::integer) x ON true
 WHERE t.task_id = $2::uuid AND t.org_id = $1::uuid
 ORDER BY x.seq
