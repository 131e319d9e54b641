DROP FUNCTION expire_calls_v1(integer);
DROP FUNCTION settle_calls_v1(text[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]);
DROP FUNCTION close_calls(text, text[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]);
DROP FUNCTION budgets_of_calls(text[]);
