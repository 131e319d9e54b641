-- Of a cap that is not for everybody what is used of it now.
SELECT c.org_id, c.who, c.scope, c.period, coalesce(c.max_nano, -1), coalesce(c.max_tokens, -1), u.spent_nano, u.held_nano, u.spent_tokens,
       u.held_tokens
  FROM budget_cap c
  LEFT JOIN budget_use u
         ON u.task_id = CASE WHEN c.scope = 'task' AND c.who <> '' THEN c.who::uuid ELSE '00000000-0000-0000-0000-000000000000' END
        AND (c.scope = 'task' OR u.org_id = c.org_id) AND u.scope = c.scope AND u.who = CASE c.scope WHEN 'user' THEN c.who ELSE '' END AND u.period = c.period
        AND u.starts = budget_starts(c.period, clock_timestamp())
 ORDER BY array_position(ARRAY['all', 'org', 'user', 'task'], c.scope), c.org_id, c.who, c.period
