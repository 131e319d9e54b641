SELECT l.size, l.kind <> 'log' AND is_quarantined(l.task_id) AS kept_back,
       (SELECT p.place FROM blob_place p WHERE p.sha256 = l.sha256 AND p.stored)
  FROM blob_link l WHERE l.task_id = $1::uuid AND l.sha256 = $2::bytea
 ORDER BY 2 LIMIT 1
