DROP FUNCTION link_blob_v1(uuid, bytea, text, smallint, smallint, text, bigint, bigint);
DROP FUNCTION put_chunks_v1(bytea, integer, bytea[]);
