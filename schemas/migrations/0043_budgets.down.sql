DROP FUNCTION set_budget_v1(uuid, text, text, text, bigint, bigint, boolean);
DROP FUNCTION recount_budgets(text, text);
