DROP TABLE rescue_memory;
DROP TABLE announce_memory;
DROP TABLE hold;
DROP TABLE lane_mark;
DROP TABLE worker;
