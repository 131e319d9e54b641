SELECT newest.name, newest.version, newest.spec, newest.owner, newest.changed_by, (extract(epoch FROM newest.changed_at) * 1000)::bigint
  FROM (SELECT DISTINCT ON (a.name) a.* FROM agent a WHERE a.org_id = $1::uuid AND a.name > $2::text ORDER BY a.name, a.version DESC) newest
 WHERE NOT newest.removed
 ORDER BY newest.name LIMIT $3::integer
