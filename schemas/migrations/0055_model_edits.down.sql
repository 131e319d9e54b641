DROP FUNCTION count_model_edit_v1(text, text, boolean, uuid);
DROP TABLE model_edit;
