SELECT json_build_object('avoid_files', c.avoid_files::json, 'max_files_changed', c.max_files_changed)
  FROM task_constraint c WHERE c.task_id = $1::uuid
