-- Of one model, or, without a name, of all.
SELECT m.model, m.format, m.applied, m.refused, (extract(epoch FROM m.since) * 1000)::bigint
  FROM model_edit m
 WHERE $1::text = '' OR m.model = $1::text
 ORDER BY m.model, m.format
