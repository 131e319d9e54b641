SELECT put_test_run_v1($1::uuid, $2::smallint, $3::smallint, $4::bigint, $5::text, $6::text, $7::integer, $8::integer, $9::integer,
                       $10::integer, $11::integer, $12::bigint, $13::integer)
