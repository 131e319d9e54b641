SELECT end_quarantine_v1($1::uuid, $2::text, $3::text)
