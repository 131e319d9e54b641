DROP TABLE delivery;
DROP TABLE poison;
DROP TABLE blob_link;
DROP TABLE blob_chunk;
DROP TABLE idempotency_key;
