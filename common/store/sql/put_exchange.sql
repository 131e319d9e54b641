-- Of a task that retention took meanwhile nothing is kept; what has it in hand is waited for, and leaves a task that we have alone.
INSERT INTO model_exchange (task_id, exchange, ordinal, attempt, kind, role, model, prompt, prompt_hash, route, source, tries, stop, fault,
                            input, cached, cache_written, output, reasoning, started_at, took_ms, first_byte_ms, request_sha256, answer_sha256)
SELECT t.task_id, $2::uuid, $3::smallint, $4::smallint, $5::text, $6::text, $7::text, $8::text, $9::text, nullif($10::text, '')::jsonb,
       $11::text, $12::integer, $13::text, $14::text, nullif($15::bigint, -1), nullif($16::bigint, -1), nullif($17::bigint, -1),
       nullif($18::bigint, -1), nullif($19::bigint, -1), to_timestamp($20::bigint / 1000.0), $21::bigint, nullif($22::bigint, -1),
       nullif($23::bytea, ''), nullif($24::bytea, '')
  FROM task t WHERE t.task_id = $1::uuid FOR KEY SHARE OF t
    ON CONFLICT (task_id, exchange) DO NOTHING
