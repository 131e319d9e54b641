SELECT r.place, r.answer, r.unconfirmed, r.scope, r.period, r.who, r.max_nano, r.max_tokens, r.spent_nano, r.held_nano, r.spent_tokens,
       r.held_tokens
  FROM reserve_v1($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::smallint[], $7::text[], $8::bigint[], $9::bigint[],
                  $10::bigint[]) r
