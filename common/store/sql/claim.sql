SELECT task_id, ordinal, lease_epoch, attempt, crashes, handbacks, lane, org_id, announced_us, kind, title, payload, context, traceparent,
       input_ordinals, input_outputs, forgiven
  FROM claim_v2($1::uuid, $2::smallint, $3::boolean, $4::uuid[], $5::smallint[], $6::uuid[], $7::boolean)
