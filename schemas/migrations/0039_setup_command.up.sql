-- How a repository is set up, where neither what is found nor its .argosy.yaml shall decide. Empty: they do.
ALTER TABLE repository ADD COLUMN setup_command text NOT NULL DEFAULT '';
