DROP TABLE sweep;
DROP TABLE hold;
DROP TABLE lane_mark;
DROP TABLE worker;
