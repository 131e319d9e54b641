SELECT what, task_id, ordinal, lease_epoch, body
  FROM renew_v2($1::uuid, nullif($2::smallint, 0), $3::text, $4::integer, $5::integer, $6::bigint, $7::uuid[], $8::smallint[],
                $9::smallint[], $10::smallint[], $11::bigint[])
