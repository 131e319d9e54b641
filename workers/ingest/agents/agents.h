// Agents as objects: the built-in ones, which nobody changes, and those that the organisation keeps, each change a version. All block, on
// the pool's threads.
#pragma once

#include <string>

#include "common/tasks/agent/agent_spec.h"
#include "workers/ingest/edge/problems.h"
#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response list_agents(Service& service, const Call& call);
http::Response make_agent(Service& service, const Call& call);
http::Response get_agent(Service& service, const Call& call);
http::Response change_agent(Service& service,
                            const Call& call);  // If-Match: the version that is to be replaced; without it the one that stands
http::Response remove_agent(Service& service, const Call& call);  // likewise

// The agent that a task names, as it is now. Refusals (pointer /agent): agent_unknown, agent_not_yours.
Checked<tasks::AgentSpec> agent_of_task(Service& service, const config::Caller& caller, const std::string& name);

}  // namespace argosy::ingest
