SELECT put_test_cases_v1($1::uuid, $2::smallint, $3::smallint, $4::bigint, $5::integer, $6::boolean[], $7::boolean[], $8::integer[],
                         $9::bigint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
