-- Feature flags: for how many of an organisation's tasks something is on. Which flags there are, and what holds where no row says anything,
-- stands in the code (common/config/flags.cc); here is what operators have set, and the record of who did so when and why.

CREATE TABLE feature_flag (
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  org_id     uuid NOT NULL,  -- nil: every organisation that has no row of its own
  percent    smallint NOT NULL CHECK (percent BETWEEN 0 AND 100),
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL CHECK (length(changed_by) BETWEEN 1 AND 200),
  reason     text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  PRIMARY KEY (name, org_id)
);

CREATE TABLE feature_flag_change (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL,
  org_id     uuid NOT NULL,
  before     smallint,  -- NULL: there was no row
  after      smallint,  -- NULL: there is none any more
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  reason     text NOT NULL
);
CREATE INDEX feature_flag_change_of ON feature_flag_change (name, id);

-- p_percent NULL takes the row away. Repeated it changes nothing, and is no second change. False: there would be more than p_most rows, which
-- every process reads.
CREATE FUNCTION set_feature_flag_v1(p_name text, p_org uuid, p_percent smallint, p_by text, p_reason text, p_most integer)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_now    timestamptz := clock_timestamp();
  v_before smallint;
BEGIN
  PERFORM pg_advisory_xact_lock(727115);
  SELECT f.percent INTO v_before FROM feature_flag f WHERE f.name = p_name AND f.org_id = p_org;
  IF v_before IS NOT DISTINCT FROM p_percent THEN RETURN true; END IF;
  IF v_before IS NULL AND (SELECT count(*) FROM feature_flag) >= p_most THEN RETURN false; END IF;
  IF p_percent IS NULL THEN
    DELETE FROM feature_flag f WHERE f.name = p_name AND f.org_id = p_org;
  ELSE
    INSERT INTO feature_flag AS f (name, org_id, percent, changed_at, changed_by, reason)
    VALUES (p_name, p_org, p_percent, v_now, p_by, p_reason)
        ON CONFLICT (name, org_id) DO UPDATE
       SET percent = excluded.percent, changed_at = excluded.changed_at, changed_by = excluded.changed_by, reason = excluded.reason;
  END IF;
  INSERT INTO feature_flag_change (name, org_id, before, after, changed_at, changed_by, reason)
  VALUES (p_name, p_org, v_before, p_percent, v_now, p_by, p_reason);
  RETURN true;
END $$;

-- All of them: what a process goes by until it asks again.
CREATE FUNCTION feature_flags_v1() RETURNS TABLE (name text, org_id uuid, percent smallint, changed_at timestamptz, changed_by text, reason text)
STABLE LANGUAGE sql AS $$
  SELECT f.name, f.org_id, f.percent, f.changed_at, f.changed_by, f.reason FROM feature_flag f ORDER BY f.name, f.org_id
$$;

-- The newest p_most changes of a flag.
CREATE FUNCTION feature_flag_changes_v1(p_name text, p_most integer)
RETURNS TABLE (org_id uuid, before smallint, after smallint, changed_at timestamptz, changed_by text, reason text) STABLE LANGUAGE sql AS $$
  SELECT c.org_id, c.before, c.after, c.changed_at, c.changed_by, c.reason
    FROM feature_flag_change c WHERE c.name = p_name ORDER BY c.id DESC LIMIT p_most
$$;
