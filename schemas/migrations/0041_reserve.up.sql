-- reserve: the worst case of each call is set aside in all budgets that it counts in, or in none. Safe under concurrency and without deadlock:
-- whoever changes the rows of budgets has their locks, taken in the order of their keys, before it looks at a call; and all calls of a task
-- meet at the row of the task. Caps do not change meanwhile: they are set under the other side of the same lock (set_budget_v1).

-- Of these claims, taken together, the first budget that has no room.
CREATE FUNCTION budget_without_room(p_claims budget_claim[])
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

CREATE FUNCTION hold_claims(p_claims budget_claim[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE budget_use u SET held_nano = u.held_nano + w.nano, held_tokens = u.held_tokens + w.tokens
    FROM (SELECT c.task_id, c.org_id, c.scope, c.who, c.period, c.starts, sum(c.nano) AS nano, sum(c.tokens) AS tokens
            FROM unnest(p_claims) c GROUP BY 1, 2, 3, 4, 5, 6) w
   WHERE (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) = (w.task_id, w.org_id, w.scope, w.who, w.period, w.starts);
END $$;

-- Budgets that many tasks share are rows that all their calls lock. Their locks are not kept while the disk is waited for: the commit does not
-- wait, and who asked waits for the disk in a statement of its own (confirm_calls), together with others. Until then it makes no call, so a
-- reservation that a crash of the server loses is one of a call that was not made.
CREATE FUNCTION commit_without_wait() RETURNS void LANGUAGE sql AS $$
  SELECT set_config('synchronous_commit', 'off', true)
$$;

-- Answers one row a call, by its place: held; closed (it was reserved before, and settled or charged since); full, with the first budget
-- that has no room. A call that is asked for again is answered as it stands. unconfirmed: the disk is still to be waited for.
CREATE FUNCTION reserve_v1(
  p_call text[], p_task uuid[], p_org uuid[], p_who text[], p_ordinal smallint[], p_attempt smallint[], p_model text[], p_nano bigint[],
  p_tokens bigint[], p_lifetime_ms bigint[])
RETURNS TABLE (place integer, answer text, scope text, period text, who text, max_nano bigint, max_tokens bigint, spent_nano bigint,
               held_nano bigint, spent_tokens bigint, held_tokens bigint, unconfirmed boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_now    timestamptz;
  v_claims budget_claim[];
  v_new    integer[];
  v_held   integer[] := '{}';
  v_place  integer;
  v_full   record;
  v_shared boolean;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(727109);
  v_now := clock_timestamp();
  v_claims := ARRAY(
    SELECT ROW(w.place, b.task_id, b.org_id, b.scope, b.who, b.period, b.starts, b.max_nano, b.max_tokens, w.nano, w.tokens)::budget_claim
      FROM unnest(p_task, p_org, p_who, p_nano, p_tokens) WITH ORDINALITY w(task_id, org_id, who, nano, tokens, place)
     CROSS JOIN LATERAL budgets_of(w.task_id, w.org_id, w.who, v_now) b);
  v_shared := EXISTS (SELECT FROM unnest(v_claims) c WHERE c.scope <> 'task');
  IF v_shared THEN PERFORM commit_without_wait(); END IF;
  INSERT INTO budget_use (task_id, org_id, scope, who, period, starts)
  SELECT DISTINCT c.task_id, c.org_id, c.scope, c.who, c.period, c.starts FROM unnest(v_claims) c ORDER BY 1, 2, 3, 4, 5, 6
      ON CONFLICT DO NOTHING;
  PERFORM FROM budget_use u
    WHERE (u.task_id, u.org_id, u.scope, u.who, u.period, u.starts) IN
          (SELECT c.task_id, c.org_id, c.scope, c.who, c.period, c.starts FROM unnest(v_claims) c)
    ORDER BY u.task_id, u.org_id, u.scope, u.who, u.period, u.starts FOR UPDATE;

  -- Statements of their own: they see what others committed while we waited.
  v_new := ARRAY(SELECT min(w.place) FROM unnest(p_call) WITH ORDINALITY w(call, place)
                  WHERE NOT EXISTS (SELECT FROM model_call c WHERE c.call = w.call) GROUP BY w.call);
  IF NOT EXISTS (SELECT FROM budget_without_room(ARRAY(SELECT c FROM unnest(v_claims) c WHERE c.place = ANY (v_new)))) THEN
    PERFORM hold_claims(ARRAY(SELECT c FROM unnest(v_claims) c WHERE c.place = ANY (v_new)));
    v_held := v_new;
  ELSE
    FOR v_place IN SELECT n FROM unnest(v_new) n ORDER BY n LOOP
      SELECT * INTO v_full FROM budget_without_room(ARRAY(SELECT c FROM unnest(v_claims) c WHERE c.place = v_place));
      IF FOUND THEN
        RETURN QUERY SELECT v_place, 'full', v_full.scope, v_full.period, v_full.who, v_full.max_nano, v_full.max_tokens, v_full.spent_nano,
                            v_full.held_nano, v_full.spent_tokens, v_full.held_tokens, false;
      ELSE
        PERFORM hold_claims(ARRAY(SELECT c FROM unnest(v_claims) c WHERE c.place = v_place));
        v_held := v_held || v_place;
      END IF;
    END LOOP;
  END IF;

  INSERT INTO model_call (task_id, call, org_id, who, ordinal, attempt, model, state, worst_nano, worst_tokens, nano, tokens, reserved_at,
                          expires_at)
  SELECT p_task[h.place], p_call[h.place], p_org[h.place], p_who[h.place], p_ordinal[h.place], p_attempt[h.place], p_model[h.place], 'held',
         p_nano[h.place], p_tokens[h.place], p_nano[h.place], p_tokens[h.place], v_now,
         v_now + p_lifetime_ms[h.place] * interval '1 millisecond'
    FROM unnest(v_held) h(place);
  RETURN QUERY
    SELECT w.place::integer, CASE c.state WHEN 'held' THEN 'held' ELSE 'closed' END, NULL::text, NULL::text, NULL::text, NULL::bigint,
           NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, v_shared
      FROM unnest(p_call) WITH ORDINALITY w(call, place) JOIN model_call c ON c.call = w.call;
END $$;
