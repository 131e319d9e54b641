-- Where a worker listens for datagrams that name ready steps (ARCHITECTURE, "The way of a task"). Nothing rests on them: a wrong address
-- costs a datagram, and the dispatch is in Kafka all the same.

ALTER TABLE worker
  ADD COLUMN hint_address text,   -- "ip:port"; NULL: nowhere
  ADD COLUMN hint_key     bytea;  -- 8 random bytes that a datagram for this process must begin with

-- Who listens now, by queue, as `p_host` can reach them; of many some, other ones each time. A worker says on the way where it listens itself
-- (p_address empty: nowhere): its row is written once, and again should it have been lost meanwhile.
CREATE FUNCTION hint_peers_v1(p_worker uuid, p_host text, p_address text, p_key bytea)
RETURNS TABLE (queue smallint, address text, key bytea) LANGUAGE plpgsql AS $$
DECLARE
  c_most constant integer := 32;  -- of a queue
BEGIN
  IF p_address <> '' THEN
    UPDATE worker w SET hint_address = p_address, hint_key = p_key
     WHERE w.worker_id = p_worker AND (w.hint_address IS DISTINCT FROM p_address OR w.hint_key IS DISTINCT FROM p_key);
  END IF;
  RETURN QUERY
    SELECT p.queue, p.hint_address, p.hint_key
      FROM (SELECT w.queue, w.hint_address, w.hint_key, row_number() OVER (PARTITION BY w.queue ORDER BY random()) AS place
              FROM worker w
             WHERE w.queue IS NOT NULL AND w.hint_address IS NOT NULL AND w.alive_until > clock_timestamp()
               -- Another machine's loopback is our own: somebody else listens there.
               AND (w.host = p_host OR NOT (w.hint_address LIKE '127.%' OR w.hint_address LIKE '[::1]%'))) p
     WHERE p.place <= c_most;
END $$;
