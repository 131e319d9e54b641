-- How edits of models fared, by model and format, over all processes and tasks: what the format is chosen by that a model is told to edit in.
CREATE TABLE model_edit (
  model   text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),  -- as models.yaml calls it
  format  text NOT NULL CHECK (format IN ('search-replace', 'str-replace', 'udiff', 'apply-patch', 'whole')),
  applied bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  since   timestamptz NOT NULL DEFAULT clock_timestamp(),
  last    uuid NOT NULL,  -- the call that counted last: one whose answer was lost is repeated at once, and counts once
  PRIMARY KEY (model, format)
);

CREATE FUNCTION count_model_edit_v1(p_model text, p_format text, p_applied boolean, p_once uuid) RETURNS boolean LANGUAGE sql AS $$
  INSERT INTO model_edit AS m (model, format, applied, refused, last)
  VALUES (p_model, p_format, p_applied::integer, (NOT p_applied)::integer, p_once)
      ON CONFLICT (model, format) DO UPDATE
     SET applied = m.applied + excluded.applied, refused = m.refused + excluded.refused, last = excluded.last
   WHERE m.last <> excluded.last;
  SELECT true;
$$;
