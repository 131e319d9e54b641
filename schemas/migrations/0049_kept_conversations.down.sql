DROP FUNCTION set_keeps_conversations_v1(uuid, boolean);
CREATE OR REPLACE FUNCTION caches_answers(p_org uuid) RETURNS boolean STABLE LANGUAGE sql AS $$
  SELECT coalesce((SELECT NOT o.off FROM answer_cache_org o WHERE o.org_id = p_org), true)
$$;
DROP FUNCTION keeps_conversations(uuid);
DROP TABLE org_conversation;
