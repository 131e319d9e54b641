INSERT INTO delivery AS d (task_id, ordinal, delivery_id, attempts, status, error, delivered_at, updated_at)
VALUES ($1::uuid, $2::smallint, $3::text, $4::integer, $5::integer, $6::text,
        CASE WHEN $5::integer BETWEEN 200 AND 299 THEN clock_timestamp() END, clock_timestamp())
    ON CONFLICT (task_id, ordinal) DO UPDATE
   SET attempts = greatest(d.attempts, excluded.attempts), status = excluded.status, error = excluded.error,
       delivered_at = coalesce(d.delivered_at, excluded.delivered_at), updated_at = excluded.updated_at
