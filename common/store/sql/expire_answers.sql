SELECT expire_answers_v1($1::integer)
