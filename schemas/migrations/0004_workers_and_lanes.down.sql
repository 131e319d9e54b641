DROP TABLE rescue_memory;
DROP TABLE announce_memory;
DROP FUNCTION is_held_back(smallint, smallint, uuid);
DROP TABLE hold;
DROP TABLE lane_mark;
DROP TABLE worker;
