DROP FUNCTION expire_code_indexes_v1(integer, integer, bigint);
DROP FUNCTION drop_code_index_pieces(uuid, text, bytea[]);
DROP FUNCTION put_code_index_v1(uuid, text, text, text, bytea[], integer);
DROP FUNCTION put_code_index_piece_v1(uuid, text, bytea, bytea, bigint);
DROP FUNCTION get_code_index_piece_v1(uuid, text, bytea);
DROP FUNCTION find_code_index_v1(uuid, text, text, text);
DROP TABLE code_index;
DROP TABLE code_index_piece;
