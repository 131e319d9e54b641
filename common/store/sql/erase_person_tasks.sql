SELECT came_to, tasks, artifacts, repositories::text, named, open_tasks::text[]::text, open_named::text[]::text
  FROM erase_person_tasks_v1($1::uuid, $2, $3, $4::uuid, $5::integer, $6::boolean)
