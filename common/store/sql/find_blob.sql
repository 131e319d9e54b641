SELECT l.size FROM blob_link l WHERE l.task_id = $1::uuid AND l.sha256 = $2::bytea LIMIT 1
