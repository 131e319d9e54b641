DROP FUNCTION set_keeps_conversations_v1(uuid, boolean);
DROP FUNCTION keeps_conversations(uuid);
DROP TABLE org_conversation;
