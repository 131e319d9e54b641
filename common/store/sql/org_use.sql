-- Who used it in the last seven days: the $1 organisations with most tasks, each with its tasks and users. Ids of tasks are UUIDv7, ordered by
-- time, so that older ones are not walked; of more than $2 tasks the newest count.
WITH lately AS (
  SELECT d.org_id, d.created_by FROM task_spec d
   WHERE d.task_id >= rpad(lpad(to_hex((extract(epoch FROM clock_timestamp() - interval '7 days') * 1000)::bigint), 12, '0'), 32, '0')::uuid
   ORDER BY d.task_id DESC LIMIT $2::integer)
SELECT l.org_id, count(*), count(DISTINCT l.created_by) FROM lately l GROUP BY l.org_id ORDER BY count(*) DESC, l.org_id LIMIT $1::integer
