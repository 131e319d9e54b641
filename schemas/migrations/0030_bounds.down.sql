DROP FUNCTION check_growth(new_step[]);
DROP FUNCTION depth_with(uuid, new_step[], integer);
