-- Which models other processes find down: their circuit breakers have opened (ARCHITECTURE, "Calls to models"). A hint and no more: whoever
-- hears of it sends one call before it sends others, so a wrong row costs that. It is not logged: a crash of the server may lose it.
CREATE UNLOGGED TABLE model_down (
  base_url text NOT NULL CHECK (length(base_url) = 64),  -- its SHA-256 in hex: addresses are not written down here
  model    text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
  told_by  uuid NOT NULL,  -- the process
  until    timestamptz NOT NULL,
  PRIMARY KEY (base_url, model)
);

-- Tells what this process found down (in three arrays, as long as each other) and answers what others did and what still holds. Old rows go on
-- the way. Only who has something to tell writes.
CREATE FUNCTION share_models_down_v1(p_worker uuid, p_base_url text[], p_model text[], p_ms bigint[])
RETURNS TABLE (base_url text, model text, told_by uuid, until_ms bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  c_longest constant bigint := 300000;  -- as long as a breaker stays open at most
  c_most    constant integer := 256;
BEGIN
  IF p_model <> '{}' THEN
    DELETE FROM model_down d
     WHERE (d.base_url, d.model) IN
           (SELECT o.base_url, o.model FROM model_down o WHERE o.until < clock_timestamp() LIMIT c_most FOR UPDATE SKIP LOCKED);
    INSERT INTO model_down AS d (base_url, model, told_by, until)
    SELECT w.base_url, w.model, p_worker, clock_timestamp() + least(max(w.ms), c_longest) * interval '1 millisecond'
      FROM unnest(p_base_url, p_model, p_ms) w(base_url, model, ms)
     GROUP BY w.base_url, w.model
     ORDER BY w.base_url, w.model
        ON CONFLICT (base_url, model) DO UPDATE SET told_by = excluded.told_by, until = excluded.until WHERE d.until < excluded.until;
  END IF;
  RETURN QUERY
    SELECT d.base_url, d.model, d.told_by, (extract(epoch FROM d.until) * 1000)::bigint
      FROM model_down d
     WHERE d.until > clock_timestamp() AND d.told_by <> p_worker
     ORDER BY d.until DESC
     LIMIT c_most;
END $$;
