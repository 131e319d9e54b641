DROP FUNCTION erase_person_rows_v1(uuid, text, text, boolean, boolean);
DROP FUNCTION erase_person_tasks_v1(uuid, text, text, uuid, integer, boolean);
DROP FUNCTION erase_tasks(uuid[], text);
DROP FUNCTION unname_person(uuid[], text, text);
DROP FUNCTION tasks_that_name(uuid[], text);
DROP FUNCTION is_done_by(text, text);
DROP FUNCTION person_columns();
