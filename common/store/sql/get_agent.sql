-- Version 0: the newest, unless it is gone. A version that is named is there for good.
SELECT a.name, a.version, a.spec, a.owner, a.changed_by, (extract(epoch FROM a.changed_at) * 1000)::bigint
  FROM agent a
 WHERE a.org_id = $1::uuid AND a.name = $2::text AND NOT a.removed
   AND a.version = CASE WHEN $3::bigint > 0 THEN $3::bigint
                        ELSE (SELECT max(n.version) FROM agent n WHERE n.org_id = a.org_id AND n.name = a.name) END
