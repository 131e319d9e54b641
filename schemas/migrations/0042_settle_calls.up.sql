-- settle: what a call really cost takes the place of what was held for it; and the charge in full of what nobody settled in time.

-- The budgets that these calls counted in when they were reserved, if they had a row. nano and tokens are left out.
CREATE FUNCTION budgets_of_calls(p_calls text[])
RETURNS TABLE (call text, task_id uuid, org_id uuid, scope text, who text, period text, starts date) STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c_nil constant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  RETURN QUERY
    SELECT c.call, CASE k.scope WHEN 'task' THEN c.task_id ELSE c_nil END, CASE k.scope WHEN 'all' THEN c_nil ELSE c.org_id END, k.scope,
           CASE k.scope WHEN 'user' THEN c.who ELSE '' END, k.period, budget_starts(k.period, c.reserved_at)
      FROM model_call c
     CROSS JOIN (VALUES ('task', 'total'), ('user', 'day'), ('user', 'month'), ('org', 'day'), ('org', 'month'), ('all', 'day'), ('all', 'month'))
           k(scope, period)
     WHERE c.call = ANY (p_calls) AND (k.scope <> 'user' OR c.who <> '');
END $$;

-- Closes those calls that are still open to it: settled takes what is held or was charged in full, expired only what is held. p_nano and
-- p_tokens NULL: the worst case. A call that is closed already stays as it is. True when the disk is still to be waited for (0041).
CREATE FUNCTION close_calls(
  p_state text, p_call text[], p_nano bigint[], p_tokens bigint[], p_input bigint[], p_cached bigint[], p_cache_written bigint[],
  p_output bigint[], p_reasoning bigint[])
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_shared boolean := false;
  v_scope  text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(727109);
  FOR v_scope IN
    SELECT u.scope FROM budget_use u
     WHERE (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) IN
           (SELECT b.task_id, b.org_id, b.scope, b.who, b.period, b.starts FROM budgets_of_calls(p_call) b)
     ORDER BY u.task_id, u.org_id, u.scope, u.who, u.period, u.starts FOR UPDATE
  LOOP
    v_shared := v_shared OR v_scope <> 'task';
  END LOOP;
  IF v_shared THEN PERFORM commit_without_wait(); END IF;
  -- A statement of its own: it sees what others committed while we waited.
  WITH was AS (
    SELECT DISTINCT ON (c.call) c.call, c.state, c.nano AS was_nano, c.tokens AS was_tokens, coalesce(w.nano, c.worst_nano) AS nano,
           coalesce(w.tokens, c.worst_tokens) AS tokens, w.input, w.cached, w.cache_written, w.output, w.reasoning
      FROM unnest(p_call, p_nano, p_tokens, p_input, p_cached, p_cache_written, p_output, p_reasoning)
           w(call, nano, tokens, input, cached, cache_written, output, reasoning)
      JOIN model_call c ON c.call = w.call
     WHERE c.state = 'held' OR c.state = 'expired' AND p_state = 'settled'
     ORDER BY c.call),
  closed AS (
    UPDATE model_call c
       SET state = p_state, nano = w.nano, tokens = w.tokens, input = w.input, cached = w.cached, cache_written = w.cache_written,
           output = w.output, reasoning = w.reasoning, closed_at = clock_timestamp()
      FROM was w WHERE c.call = w.call),
  change AS (
    SELECT b.task_id, b.org_id, b.scope, b.who, b.period, b.starts,
           sum(w.nano - CASE w.state WHEN 'expired' THEN w.was_nano ELSE 0 END) AS spent_nano,
           sum(w.tokens - CASE w.state WHEN 'expired' THEN w.was_tokens ELSE 0 END) AS spent_tokens,
           sum(CASE w.state WHEN 'held' THEN w.was_nano ELSE 0 END) AS freed_nano,
           sum(CASE w.state WHEN 'held' THEN w.was_tokens ELSE 0 END) AS freed_tokens
      FROM was w JOIN budgets_of_calls(p_call) b ON b.call = w.call
     GROUP BY 1, 2, 3, 4, 5, 6)
  UPDATE budget_use u
     SET spent_nano = u.spent_nano + x.spent_nano, spent_tokens = u.spent_tokens + x.spent_tokens,
         held_nano = u.held_nano - x.freed_nano, held_tokens = u.held_tokens - x.freed_tokens
    FROM change x
   WHERE (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) = (x.task_id, x.org_id, x.scope, x.who, x.period, x.starts);
  RETURN v_shared;
END $$;

-- Answers one row a call; known: somebody reserved it.
CREATE FUNCTION settle_calls_v1(
  p_call text[], p_nano bigint[], p_tokens bigint[], p_input bigint[], p_cached bigint[], p_cache_written bigint[], p_output bigint[],
  p_reasoning bigint[])
RETURNS TABLE (place integer, known boolean, unconfirmed boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_shared boolean := close_calls('settled', p_call, p_nano, p_tokens, p_input, p_cached, p_cache_written, p_output, p_reasoning);
BEGIN
  RETURN QUERY
    SELECT w.place::integer, EXISTS (SELECT FROM model_call c WHERE c.call = w.call), v_shared
      FROM unnest(p_call) WITH ORDINALITY w(call, place);
END $$;

-- A duty of the scheduler. Returns how many calls it charged. One replica at a time.
CREATE FUNCTION expire_calls_v1(p_batch integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  c_kept constant interval := '62 days';  -- what was used of a day or month, after it began
  v_calls text[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(727110) THEN RETURN 0; END IF;
  v_calls := ARRAY(SELECT c.call FROM model_call c WHERE c.state = 'held' AND c.expires_at < clock_timestamp() ORDER BY c.expires_at LIMIT p_batch);
  IF v_calls <> '{}' THEN PERFORM close_calls('expired', v_calls, NULL, NULL, NULL, NULL, NULL, NULL, NULL); END IF;
  DELETE FROM budget_use u
   WHERE (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) IN
         (SELECT x.task_id, x.org_id, x.scope, x.who, x.period, x.starts FROM budget_use x
           WHERE x.scope <> 'task' AND x.starts < (clock_timestamp() - c_kept)::date ORDER BY x.starts LIMIT p_batch FOR UPDATE SKIP LOCKED);
  RETURN cardinality(v_calls);
END $$;
