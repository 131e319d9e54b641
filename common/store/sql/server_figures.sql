-- What the server's own statistics say of our database. Of the hot tables alone: what has no index must stay small.
SELECT s.numbackends, current_setting('max_connections')::bigint, s.xact_commit, s.xact_rollback, s.deadlocks, s.blks_hit, s.blks_read,
       s.temp_bytes, pg_database_size(s.datid),
       coalesce((SELECT extract(epoch FROM max(clock_timestamp() - a.xact_start)) * 1000
                   FROM pg_stat_activity a
                  WHERE a.datid = s.datid AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'), 0)::bigint,
       (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = s.datid AND a.wait_event_type = 'Lock'),
       coalesce((SELECT sum(u.n_dead_tup) FROM pg_stat_user_tables u WHERE u.relname IN ('task', 'step')), 0)::bigint,
       coalesce((SELECT sum(u.n_live_tup) FROM pg_stat_user_tables u WHERE u.relname IN ('task', 'step')), 0)::bigint
  FROM pg_stat_database s WHERE s.datname = current_database()
