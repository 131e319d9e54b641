-- Agents that organisations keep beside the built-in ones. Every change is a version of its own, and a version never changes: a task goes on with
-- the one that it was submitted with. A removed agent is a version, too, so that one made anew under its name goes on counting.

CREATE TABLE agent (
  org_id     uuid NOT NULL,
  name       text NOT NULL,
  version    bigint NOT NULL,
  spec       text NOT NULL,  -- JSON (common/tasks/agent/agent_spec.h); of a removed one what stood before
  owner      text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  removed    boolean NOT NULL,
  PRIMARY KEY (org_id, name, version)
);

-- p_expected is the version that is to be replaced: 0 where there must be none, -1 for whichever. Outcomes: put, changed_meanwhile (with the version
-- that stands, 0: none), too_many. The owner stays who made the first version.
CREATE FUNCTION put_agent_v1(p_org uuid, p_name text, p_expected bigint, p_spec text, p_by text, p_removed boolean, p_most integer,
  OUT outcome text, OUT version bigint) LANGUAGE plpgsql AS $$
DECLARE
  v_newest agent%ROWTYPE;
  v_stands bigint;
BEGIN
  -- One change at a time in an organisation: versions follow each other, and the count is right.
  PERFORM pg_advisory_xact_lock(hashtextextended('agent ' || p_org::text, 0));
  SELECT a.* INTO v_newest FROM agent a WHERE a.org_id = p_org AND a.name = p_name ORDER BY a.version DESC LIMIT 1;
  v_stands := CASE WHEN v_newest.removed IS false THEN v_newest.version ELSE 0 END;
  IF (p_expected >= 0 AND p_expected <> v_stands) OR (p_removed AND v_stands = 0) THEN
    outcome := 'changed_meanwhile';
    version := v_stands;
    RETURN;
  END IF;
  IF v_stands = 0 AND p_most <= (SELECT count(*) FROM (SELECT DISTINCT ON (a.name) a.removed FROM agent a WHERE a.org_id = p_org
                                                        ORDER BY a.name, a.version DESC) newest WHERE NOT newest.removed) THEN
    outcome := 'too_many';
    version := 0;
    RETURN;
  END IF;
  outcome := 'put';
  version := coalesce(v_newest.version, 0) + 1;
  INSERT INTO agent (org_id, name, version, spec, owner, changed_by, removed)
  VALUES (p_org, p_name, version, CASE WHEN p_removed THEN v_newest.spec ELSE p_spec END,
          CASE WHEN v_stands = 0 THEN p_by ELSE v_newest.owner END, p_by, p_removed);
END $$;
