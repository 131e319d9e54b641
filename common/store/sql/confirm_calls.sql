-- Has the disk what was committed before? The message is written for its commit, which waits for all that stands before it. Places of those
-- calls that are there, and settled where that is asked for.
SELECT w.place
  FROM unnest($1::text[]) WITH ORDINALITY w(call, place)
  JOIN model_call c ON c.call = w.call AND (NOT $2::boolean OR c.state = 'settled')
 CROSS JOIN (SELECT pg_logical_emit_message(true, 'argosy', '')) wrote(lsn)
