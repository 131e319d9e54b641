DROP FUNCTION promote_due_v1(integer);
