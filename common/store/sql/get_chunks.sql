SELECT c.bytes FROM blob_chunk c
 WHERE c.sha256 = $2::bytea AND c.n >= $3::integer AND c.n < $4::integer
   AND EXISTS (SELECT FROM blob_link l WHERE l.task_id = $1::uuid AND l.sha256 = $2::bytea)
 ORDER BY c.n
