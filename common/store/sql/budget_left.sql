-- The budgets that calls of this payer count in now, with what is used and set aside of each.
SELECT b.scope, coalesce(b.max_nano, -1), coalesce(b.max_tokens, -1), coalesce(u.spent_nano + u.held_nano, 0), coalesce(u.spent_tokens + u.held_tokens, 0)
  FROM budgets_of($1::uuid, $2::uuid, $3::text, clock_timestamp()) b
  LEFT JOIN budget_use u
         ON (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) = (b.task_id, b.org_id, b.scope, b.who, b.period, b.starts)
