SELECT sandboxes, agents, budgets, operator_records, open_sandboxes FROM erase_person_rows_v1($1::uuid, $2, $3, $4::boolean, $5::boolean)
