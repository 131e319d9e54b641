SELECT name, org_id, percent, (extract(epoch FROM changed_at) * 1000)::bigint, changed_by, reason FROM feature_flags_v1()
