DROP FUNCTION reserve_v1(text[], uuid[], uuid[], text[], smallint[], smallint[], text[], bigint[], bigint[], bigint[]);
DROP FUNCTION commit_without_wait();
DROP FUNCTION hold_claims(budget_claim[]);
DROP FUNCTION budget_without_room(budget_claim[]);
