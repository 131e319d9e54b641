-- Sums over the calls of an organisation, from a time until another (ms), by task, user, model or day; what cost most first, days in their order.
SELECT x.key, count(*), count(*) FILTER (WHERE x.state = 'held'), count(*) FILTER (WHERE x.state = 'expired'),
       coalesce(sum(x.nano) FILTER (WHERE x.state <> 'held'), 0)::bigint, coalesce(sum(x.nano) FILTER (WHERE x.state = 'held'), 0)::bigint,
       coalesce(sum(x.tokens) FILTER (WHERE x.state <> 'held'), 0)::bigint, coalesce(sum(x.input), 0)::bigint, coalesce(sum(x.cached), 0)::bigint,
       coalesce(sum(x.cache_written), 0)::bigint, coalesce(sum(x.output), 0)::bigint, coalesce(sum(x.reasoning), 0)::bigint
  FROM (SELECT c.*, CASE $2::text WHEN 'task' THEN c.task_id::text WHEN 'user' THEN c.who WHEN 'model' THEN c.model
                                  ELSE to_char(c.reserved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS key
          FROM model_call c
         WHERE c.org_id = $1::uuid
           AND c.reserved_at >= 'epoch'::timestamptz + $3::bigint * interval '1 millisecond'
           AND c.reserved_at < 'epoch'::timestamptz + $4::bigint * interval '1 millisecond') x
 GROUP BY x.key
 ORDER BY CASE WHEN $2::text = 'day' THEN x.key END, sum(x.nano) DESC, x.key
 LIMIT $5::integer
