SELECT expire_states_v1($1::integer)
