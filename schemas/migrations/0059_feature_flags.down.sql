DROP FUNCTION feature_flag_changes_v1(text, integer);
DROP FUNCTION feature_flags_v1();
DROP FUNCTION set_feature_flag_v1(text, uuid, smallint, text, text, integer);
DROP TABLE feature_flag_change;
DROP TABLE feature_flag;
