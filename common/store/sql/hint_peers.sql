SELECT queue, address, encode(key, 'hex') FROM hint_peers_v1($1::uuid, $2::text, $3::text, $4::bytea)
