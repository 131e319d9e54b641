-- Whether an organisation lets what is said to models be kept. Where it does not, a call is still a row of model_exchange, without its texts.

CREATE TABLE org_conversation (
  org_id uuid PRIMARY KEY,  -- nil: every organisation that has no row of its own
  kept   boolean NOT NULL
);

CREATE FUNCTION keeps_conversations(p_org uuid) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT c.kept FROM org_conversation c
                    WHERE c.org_id IN (p_org, '00000000-0000-0000-0000-000000000000')
                    ORDER BY c.org_id <> p_org LIMIT 1), true)
$$;

-- Nor are answers kept for the cache where the texts may not be. Again as in 0047, with that.
CREATE OR REPLACE FUNCTION caches_answers(p_org uuid) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT keeps_conversations(p_org) AND coalesce((SELECT NOT o.off FROM answer_cache_org o WHERE o.org_id = p_org), true)
$$;

-- NULL takes the row away: what holds for everybody holds again. Answers that may not be kept any more are forgotten by the caller: none comes
-- after this.
CREATE FUNCTION set_keeps_conversations_v1(p_org uuid, p_kept boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_answers(p_org);
  IF p_kept IS NULL THEN
    DELETE FROM org_conversation c WHERE c.org_id = p_org;
  ELSE
    INSERT INTO org_conversation (org_id, kept) VALUES (p_org, p_kept) ON CONFLICT (org_id) DO UPDATE SET kept = excluded.kept;
  END IF;
END $$;
