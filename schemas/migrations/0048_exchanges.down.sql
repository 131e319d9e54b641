DELETE FROM task_table WHERE name = 'model_exchange';
DROP TABLE model_exchange;
