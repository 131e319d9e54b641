INSERT INTO repository AS r (org_id, repository_id, url, default_branch, setup_command, test_command)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text)
    ON CONFLICT (org_id, repository_id) DO UPDATE
   SET url = excluded.url, default_branch = excluded.default_branch, setup_command = excluded.setup_command,
       test_command = excluded.test_command
RETURNING xmax = 0  -- no row was there before
