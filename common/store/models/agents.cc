#include "common/store/models/agents.h"

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

StoredAgent agent_from(const Row& row) {
  return {.name = text_from(row[0]),
          .version = int_from(row[1]),
          .spec = text_from(row[2]),
          .owner = text_from(row[3]),
          .changed_by = text_from(row[4]),
          .changed_at = int_from(row[5])};
}

Result<AgentPut> change(Database& db, const OrgId& org, const std::string& name, std::int64_t expected, const std::string& spec,
                        const std::string& by, bool removed) {
  Params params;
  params.add(org.uuid).text(name).add(expected).text(spec).text(by).add(removed).add(kMaxAgents);
  ARGOSY_TRY(const auto rows, call(db, "put_agent", params));
  const auto word = text_from(rows[0][0]);
  using Outcome = AgentPut::Outcome;
  return AgentPut{.outcome = word == "put"        ? Outcome::put
                             : word == "too_many" ? Outcome::too_many
                                                  : Outcome::changed_meanwhile,
                  .version = int_from(rows[0][1])};
}

}  // namespace

Result<AgentPut> put_agent(Database& db, const OrgId& org, const std::string& name, std::int64_t expected, const std::string& spec,
                           const std::string& by) {
  return change(db, org, name, expected, spec, by, false);
}

Result<AgentPut> remove_agent(Database& db, const OrgId& org, const std::string& name, std::int64_t expected, const std::string& by) {
  return change(db, org, name, expected, "", by, true);
}

Result<std::optional<StoredAgent>> get_agent(Database& db, const OrgId& org, const std::string& name, std::int64_t version) {
  ARGOSY_TRY(const auto rows, call(db, "get_agent", Params().add(org.uuid).text(name).add(version)));
  if (rows.empty()) return std::nullopt;
  return agent_from(rows[0]);
}

Result<std::vector<StoredAgent>> list_agents(Database& db, const OrgId& org, const std::string& after, int limit) {
  ARGOSY_TRY(const auto rows, call(db, "list_agents", Params().add(org.uuid).text(after).add(limit)));
  std::vector<StoredAgent> all;
  for (const auto& row : rows) all.push_back(agent_from(row));
  return all;
}

}  // namespace argosy::store
