SELECT p.outcome, p.version FROM put_agent_v1($1::uuid, $2::text, $3::bigint, $4::text, $5::text, $6::boolean, $7::integer) p
