SELECT t.task_id, t.last_seq FROM unnest($1::uuid[]) w(task_id) JOIN task t ON t.task_id = w.task_id
