-- Where objects lie is known here alone.
DO $$
BEGIN
  IF EXISTS (SELECT FROM blob_place) THEN RAISE EXCEPTION 'artifacts lie in a bucket: this migration is undone once retention has let go of them'; END IF;
END $$;
DROP FUNCTION blobs_left_v1(bigint[]);
DROP FUNCTION leaving_blobs_v1(integer);
DROP FUNCTION leave_places_v1(integer);
DROP FUNCTION keep_placed_state_v1(bigint, uuid, bytea, text, smallint, smallint, bigint, text, bigint, bigint, integer);
DROP FUNCTION link_placed_blob_v1(bigint, uuid, bytea, text, smallint, smallint, text, bigint, bigint);
DROP FUNCTION place_blob_v1(bytea);
DROP TABLE blob_place_walk;
DROP TABLE blob_leaving;
DROP TABLE blob_place;
