DROP FUNCTION cancel_v1(uuid, uuid);
