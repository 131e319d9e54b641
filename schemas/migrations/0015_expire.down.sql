DROP FUNCTION expire_v1(integer);
