-- budgets: what operators set and see of what may be spent.

-- Counts anew what is used of the budgets of a kind, now that their caps are other ones. The caller keeps out who reserves or settles.
CREATE FUNCTION recount_budgets(p_scope text, p_period text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  c_nil constant uuid := '00000000-0000-0000-0000-000000000000';
  v_now    timestamptz := clock_timestamp();
  v_starts date := budget_starts(p_period, v_now);
BEGIN
  DELETE FROM budget_use u WHERE u.task_id = c_nil AND u.scope = p_scope AND u.period = p_period;
  INSERT INTO budget_use (task_id, org_id, scope, who, period, starts, spent_nano, held_nano, spent_tokens, held_tokens)
  SELECT c_nil, x.org_id, p_scope, x.who, p_period, v_starts, x.spent_nano, x.held_nano, x.spent_tokens, x.held_tokens
    FROM (SELECT CASE p_scope WHEN 'all' THEN c_nil ELSE c.org_id END AS org_id, CASE p_scope WHEN 'user' THEN c.who ELSE '' END AS who,
                 coalesce(sum(c.nano) FILTER (WHERE c.state <> 'held'), 0) AS spent_nano,
                 coalesce(sum(c.nano) FILTER (WHERE c.state = 'held'), 0) AS held_nano,
                 coalesce(sum(c.tokens) FILTER (WHERE c.state <> 'held'), 0) AS spent_tokens,
                 coalesce(sum(c.tokens) FILTER (WHERE c.state = 'held'), 0) AS held_tokens
            FROM model_call c
           WHERE c.reserved_at >= v_starts::timestamp AT TIME ZONE 'UTC'
           GROUP BY 1, 2) x
   WHERE EXISTS (SELECT FROM budgets_of(c_nil, x.org_id, x.who, v_now) b WHERE b.scope = p_scope AND b.period = p_period);
END $$;

-- p_nano, p_tokens NULL: any amount. p_remove takes the row away: what holds for everybody holds again.
CREATE FUNCTION set_budget_v1(
  p_org uuid, p_who text, p_scope text, p_period text, p_nano bigint, p_tokens bigint, p_remove boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_counted boolean;
BEGIN
  -- Said again every now and then (the scheduler): nobody has to wait for what changes nothing.
  IF NOT p_remove AND EXISTS (SELECT FROM budget_cap c
                               WHERE c.org_id = p_org AND c.who = p_who AND c.scope = p_scope AND c.period = p_period
                                 AND c.max_nano IS NOT DISTINCT FROM p_nano AND c.max_tokens IS NOT DISTINCT FROM p_tokens) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(727109);
  v_counted := EXISTS (SELECT FROM budget_cap c
                        WHERE c.org_id = p_org AND c.who = p_who AND c.scope = p_scope AND c.period = p_period
                          AND (c.max_nano IS NOT NULL OR c.max_tokens IS NOT NULL));
  IF p_remove THEN
    DELETE FROM budget_cap c WHERE c.org_id = p_org AND c.who = p_who AND c.scope = p_scope AND c.period = p_period;
  ELSE
    INSERT INTO budget_cap AS c (org_id, who, scope, period, max_nano, max_tokens)
    VALUES (p_org, p_who, p_scope, p_period, p_nano, p_tokens)
        ON CONFLICT (org_id, who, scope, period) DO UPDATE SET max_nano = excluded.max_nano, max_tokens = excluded.max_tokens;
  END IF;
  -- One number in the place of another changes nothing in who is counted: the counts go on.
  IF v_counted AND NOT p_remove AND (p_nano IS NOT NULL OR p_tokens IS NOT NULL) THEN RETURN; END IF;
  IF p_scope <> 'task' THEN PERFORM recount_budgets(p_scope, p_period); END IF;
END $$;
