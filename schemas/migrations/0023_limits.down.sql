-- The next held-back steps of a lane, one of each organisation in turn.
CREATE OR REPLACE FUNCTION next_held(p_queue smallint, p_lane smallint, p_orgs uuid[], p_counts lane_count[], p_room integer, p_org_window bigint)
RETURNS TABLE (task_id uuid, ordinal smallint, org_id uuid) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT c.task_id, c.ordinal, o.org_id
      FROM unnest(p_orgs) WITH ORDINALITY o(org_id, turn)
     CROSS JOIN LATERAL (
           SELECT h.task_id, h.ordinal, row_number() OVER (ORDER BY h.task_id, h.ordinal) AS round
             FROM (SELECT s.task_id, s.ordinal FROM step s
                    WHERE s.held AND s.queue = p_queue AND s.lane = p_lane AND s.org_id = o.org_id
                    ORDER BY s.task_id, s.ordinal
                    LIMIT greatest(0, least(p_room, p_org_window - coalesce((SELECT k.announced
                                                                             FROM unnest(p_counts) k WHERE k.org_id = o.org_id), 0)))
                  ) h) c
     ORDER BY c.round, o.turn
     LIMIT p_room;
END $$;

DROP FUNCTION set_org_limit_v1(uuid, smallint, integer);
DROP FUNCTION within_limits(smallint, uuid[], smallint[], uuid[]);
DROP FUNCTION org_room(uuid, smallint);
DROP FUNCTION org_limit_of(uuid, smallint);
DROP TABLE running_slot;
DROP TABLE org_limit;
