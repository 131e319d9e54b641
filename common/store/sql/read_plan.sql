-- One statement, so that the plan and its steps are of one moment. The newest planning step counts.
SELECT p.ordinal, p.output, n.highest, own_constraints(t.task_id)::text, n.steps
  FROM task t
 CROSS JOIN LATERAL (
       SELECT s.ordinal, s.output
         FROM step s JOIN step_spec d ON d.task_id = s.task_id AND d.ordinal = s.ordinal
        WHERE s.task_id = t.task_id AND d.kind = 'plan' AND s.state = 'succeeded'
        ORDER BY s.ordinal DESC LIMIT 1) p
 CROSS JOIN LATERAL (
       SELECT max(s.ordinal) AS highest,
              coalesce(json_agg(json_build_object(
                'ordinal', s.ordinal, 'kind', d.kind, 'payload', CASE WHEN d.added_by IS NULL AND d.kind IN ('agent', 'test', 'push') THEN d.payload ELSE '' END, 'begun', s.claimed_at IS NOT NULL,
                'added_by', coalesce(d.added_by, -1), 'stands_for', coalesce(d.stands_for, -1), 'depends_on', d.depends_on,
                'inputs', d.inputs) ORDER BY s.ordinal)
                FILTER (WHERE s.state <> 'superseded' AND NOT s.on_task_end AND s.ordinal <> p.ordinal), '[]')::text AS steps
         FROM step s JOIN step_spec d ON d.task_id = s.task_id AND d.ordinal = s.ordinal
        WHERE s.task_id = t.task_id) n
 WHERE t.task_id = $2::uuid AND t.org_id = $1::uuid
