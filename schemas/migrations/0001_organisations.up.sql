-- Who owns things. Every other table carries org_id from its first version, so that a query can always be scoped.

CREATE TABLE organisation (
  org_id     uuid PRIMARY KEY,
  name       text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The organisation of everybody while no token file is configured (argosy::kDefaultOrg).
INSERT INTO organisation (org_id, name) VALUES ('00000000-0000-4000-8000-000000000001', 'default');

CREATE TABLE repository (
  org_id         uuid NOT NULL,
  repository_id  text NOT NULL CHECK (repository_id <> ''),
  url            text NOT NULL CHECK (url <> ''),
  default_branch text NOT NULL DEFAULT '',  -- empty: what the remote's HEAD names
  test_command   text NOT NULL DEFAULT '',  -- empty: detected
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (org_id, repository_id)
);
