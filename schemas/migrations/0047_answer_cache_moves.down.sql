DROP FUNCTION switch_answer_cache_v1(uuid, boolean);
DROP FUNCTION expire_answers_v1(integer);
DROP FUNCTION forget_answers_v1(uuid, text, text, text, integer);
DROP FUNCTION count_answers_v1(uuid, text, bigint, bigint, bigint, bigint, bigint);
DROP FUNCTION put_answer_v1(uuid, text, text, bytea, bytea, text, text, text, bigint, text, real[], bigint, bigint, bigint);
DROP FUNCTION near_answers_v1(uuid, text, text, bytea, text, bigint, text, real[], boolean, integer, integer);
DROP FUNCTION find_answer_v1(uuid, text, text, bytea, text, bigint);
DROP FUNCTION answer_vectors_v1();
