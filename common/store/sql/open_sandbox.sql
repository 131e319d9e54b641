SELECT answer, sandbox_id, address, encode(key, 'hex'), class
  FROM open_sandbox_v1($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::text, $8::bytea, $9::integer, $10::text)
