DROP FUNCTION reannounce_v1(integer);
DROP FUNCTION release_v1(bigint, integer);
DROP FUNCTION release_lane(lane_mark, bigint, integer);
DROP FUNCTION next_held(smallint, smallint, uuid[], lane_count[], integer, bigint);
DROP FUNCTION publish_holds(smallint, smallint, boolean, lane_count[], bigint);
DROP FUNCTION held_organisations(smallint, smallint, uuid, integer);
DROP FUNCTION settle_announcements();
DROP TYPE lane_count;
