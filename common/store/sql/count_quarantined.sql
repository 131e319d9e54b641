SELECT count(DISTINCT q.task_id) FROM quarantine q WHERE q.ended_at IS NULL
