DROP TABLE answer_cache;
DROP FUNCTION count_answer_cache();
DROP TABLE answer_cache_org;
DROP TABLE answer_cache_count;
