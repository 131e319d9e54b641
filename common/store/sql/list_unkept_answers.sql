-- Who has answers in the cache and does not let what is said be kept: this organisation, or any (nil).
SELECT o.org_id FROM answer_cache_org o
 WHERE o.entries > 0 AND $1::uuid IN ('00000000-0000-0000-0000-000000000000', o.org_id) AND NOT keeps_conversations(o.org_id)
 ORDER BY o.org_id
