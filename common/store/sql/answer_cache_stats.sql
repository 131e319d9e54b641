-- By kind: what is in the cache now, and how it went on the last days.
SELECT k.kind, coalesce(sum(k.entries), 0)::bigint, coalesce(sum(k.bytes), 0)::bigint, coalesce(sum(k.exact), 0)::bigint,
       coalesce(sum(k.semantic), 0)::bigint, coalesce(sum(k.missed), 0)::bigint, coalesce(sum(k.withheld), 0)::bigint, coalesce(sum(k.saved), 0)::bigint,
       NOT caches_answers($1::uuid)
  FROM (SELECT c.kind, count(*) AS entries, sum(c.bytes) AS bytes, 0 AS exact, 0 AS semantic, 0 AS missed, 0 AS withheld, 0 AS saved
          FROM answer_cache c WHERE c.org_id = $1::uuid GROUP BY c.kind
         UNION ALL
        SELECT n.kind, 0, 0, n.exact, n.semantic, n.missed, n.withheld, n.saved
          FROM answer_cache_count n
         WHERE n.org_id = $1::uuid AND n.day > (clock_timestamp() AT TIME ZONE 'UTC')::date - $2::integer
         UNION ALL
        SELECT '', 0, 0, 0, 0, 0, 0, 0) k
 GROUP BY k.kind
 ORDER BY k.kind
