DROP FUNCTION rescue_v1(integer, integer);
DROP FUNCTION declare_dead(timestamptz);
DROP FUNCTION orphaned_steps(uuid[], boolean, timestamptz, integer);
