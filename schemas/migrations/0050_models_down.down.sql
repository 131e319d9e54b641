DROP FUNCTION share_models_down_v1(uuid, text[], text[], bigint[]);
DROP TABLE model_down;
