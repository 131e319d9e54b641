DROP TABLE repository;
DROP TABLE organisation;
