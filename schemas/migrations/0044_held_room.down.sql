CREATE OR REPLACE FUNCTION budget_without_room(p_claims budget_claim[])
RETURNS TABLE (scope text, period text, who text, max_nano bigint, max_tokens bigint, spent_nano bigint, held_nano bigint, spent_tokens bigint,
               held_tokens bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT w.scope, w.period, w.who, w.max_nano, w.max_tokens, u.spent_nano, u.held_nano, u.spent_tokens, u.held_tokens
      FROM (SELECT c.task_id, c.org_id, c.scope, c.who, c.period, c.starts, c.max_nano, c.max_tokens, sum(c.nano) AS nano, sum(c.tokens) AS tokens
              FROM unnest(p_claims) c
             WHERE c.max_nano IS NOT NULL OR c.max_tokens IS NOT NULL
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) w
      JOIN budget_use u ON (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) = (w.task_id, w.org_id, w.scope, w.who, w.period, w.starts)
     WHERE u.spent_nano + u.held_nano + w.nano > w.max_nano OR u.spent_tokens + u.held_tokens + w.tokens > w.max_tokens
     ORDER BY array_position(ARRAY['task', 'user', 'org', 'all'], w.scope), w.period
     LIMIT 1;
END $$;
