DROP FUNCTION test_runs(uuid);
DROP FUNCTION put_test_cases_v1(uuid, smallint, smallint, bigint, integer, boolean[], boolean[], integer[], bigint[], text[], text[], text[], text[], text[], text[]);
DROP FUNCTION put_test_run_v1(uuid, smallint, smallint, bigint, text, text, integer, integer, integer, integer, integer, bigint, integer);
DELETE FROM task_table WHERE name IN ('test_run', 'test_case');
DROP TABLE test_case;
DROP TABLE test_run;
