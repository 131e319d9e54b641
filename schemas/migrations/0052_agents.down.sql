DROP FUNCTION put_agent_v1(uuid, text, bigint, text, text, boolean, integer);
DROP TABLE agent;
