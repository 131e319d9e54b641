ALTER TABLE repository DROP COLUMN setup_command;
