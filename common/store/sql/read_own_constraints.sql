SELECT own_constraints($1::uuid)::text
