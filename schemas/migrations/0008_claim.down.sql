DROP FUNCTION claim_v1(uuid, smallint, boolean, uuid[], smallint[], uuid[], boolean);
