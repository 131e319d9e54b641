SELECT c.org_id, c.kept FROM org_conversation c ORDER BY c.org_id
