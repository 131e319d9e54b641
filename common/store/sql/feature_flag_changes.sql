SELECT org_id, coalesce(before, -1), coalesce(after, -1), (extract(epoch FROM changed_at) * 1000)::bigint, changed_by, reason
  FROM feature_flag_changes_v1($1, $2::integer)
