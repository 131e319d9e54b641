// The agents that organisations keep beside the built-in ones, by version. Used by ingest. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

inline constexpr int kMaxAgents = 200;  // of an organisation

struct StoredAgent {
  std::string name;
  std::int64_t version = 0;
  std::string spec;   // JSON (tasks/agent/agent_spec.h), without the version
  std::string owner;  // who made it
  std::string changed_by;
  UnixMillis changed_at = 0;
};

struct AgentPut {
  enum class Outcome { put, changed_meanwhile, too_many } outcome = Outcome::put;
  std::int64_t version = 0;  // the new one; of changed_meanwhile the one that stands, 0: there is none
};

inline constexpr std::int64_t kAnyVersion = -1;
// A new version. `expected`: the one that it takes the place of; 0: there must be none; kAnyVersion.
Result<AgentPut> put_agent(Database& db, const OrgId& org, const std::string& name, std::int64_t expected, const std::string& spec,
                           const std::string& by);
// Its versions stay for tasks that run with them.
Result<AgentPut> remove_agent(Database& db, const OrgId& org, const std::string& name, std::int64_t expected, const std::string& by);
// `version` 0: the newest. Nothing: there is none, or it was removed.
Result<std::optional<StoredAgent>> get_agent(Database& db, const OrgId& org, const std::string& name, std::int64_t version = 0);
// The newest of each, by name, behind `after`.
Result<std::vector<StoredAgent>> list_agents(Database& db, const OrgId& org, const std::string& after, int limit);

}  // namespace argosy::store
