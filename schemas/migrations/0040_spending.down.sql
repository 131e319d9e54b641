DROP FUNCTION budgets_of(uuid, uuid, text, timestamptz);
DROP FUNCTION budget_starts(text, timestamptz);
DROP TYPE budget_claim;
DELETE FROM task_table WHERE name IN ('model_call', 'budget_use');
DROP TABLE budget_use;
DROP TABLE budget_cap;
DROP TABLE model_call;
