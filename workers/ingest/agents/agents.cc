#include "workers/ingest/agents/agents.h"

#include <algorithm>
#include <charconv>

#include "common/core/text.h"
#include "common/http/url.h"
#include "common/store/models/agents.h"
#include "common/telemetry/log.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/edge/query.h"

namespace argosy::ingest {
namespace {

constexpr std::string_view kAgentList = "agents";
constexpr std::size_t kMaxShownName = 64;

Refusal agent_not_found(const std::string& name) {
  return {.type = "agent_not_found", .detail = "There is no agent " + text::ellipsize(name, kMaxShownName) + "."};
}

Refusal built_in(const std::string& name) {
  return {.type = "agent_built_in",
          .detail = "The agent " + name + " is built in and cannot be changed.",
          .hint = "Make one under another name with POST /api/v1/agents."};
}

json::Value agent_json(const tasks::AgentSpec& spec) {
  json::Object out = tasks::to_json(spec).as_object();
  out.append("built_in", spec.version == 0);
  return out;
}

Checked<json::Value> agent_json(const store::StoredAgent& stored) {
  auto spec = tasks::agent_spec_from(stored.spec);
  if (!spec) return std::unexpected(refusal_of(spec.error(), "internal"));
  spec->version = stored.version;
  spec->owner = stored.owner;
  json::Object out = agent_json(*spec).as_object();
  out.append("changed_by", stored.changed_by);
  out.append("changed_at", rfc3339(stored.changed_at));
  return json::Value(std::move(out));
}

std::string etag(std::int64_t version) { return "\"" + std::to_string(version) + "\""; }

http::Response shown(int status, const store::StoredAgent& stored) {
  INGEST_TRY(const auto value, agent_json(stored));
  auto out = http::json_response(status, value);
  out.headers["ETag"] = etag(stored.version);
  return out;
}

// Of If-Match: the version, kAnyVersion without one.
Checked<std::int64_t> expected_version(const http::Request& request) {
  const std::string given(request.header("if-match"));
  if (given.empty() || given == "*") return store::kAnyVersion;
  std::int64_t version = 0;
  const bool quoted = given.size() > 2 && given.front() == '"' && given.back() == '"';
  const auto digits = std::string_view(given).substr(quoted ? 1 : 0, quoted ? given.size() - 2 : 0);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (!quoted || error != std::errc() || end != digits.data() + digits.size() || version < 1)
    return std::unexpected(Refusal{.type = "agent_changed", .detail = "If-Match is no ETag that this agent ever had."});
  return version;
}

Checked<tasks::AgentSpec> read_spec(const Service& service, const Call& call) {
  const auto body = read_body(call.request, static_cast<std::size_t>(service.settings.max_body_bytes));
  if (!body) return std::unexpected(body.error());
  auto spec = tasks::agent_spec_from(json::dump(*body));
  if (!spec) return std::unexpected(refusal_of(spec.error(), "agent_invalid"));
  spec->version = 0;  // both are ours to say
  spec->owner.clear();
  for (const auto& url : spec->callbacks)
    if (const auto checked = http::check_webhook_url(url, service.settings.allow_http_webhooks); !checked)
      return std::unexpected(refusal_of(checked.error(), "url_invalid", "/callbacks"));
  return std::move(*spec);
}

// Only its owner and admins change an agent that is there. The version of which that was found.
Checked<std::int64_t> may_change(Service& service, const Call& call, const std::string& name) {
  if (tasks::built_in_agent(name) != nullptr) return std::unexpected(built_in(name));
  const auto stands = store::get_agent(service.db, call.caller.org, name);
  if (!stands) return std::unexpected(refusal_of(stands.error()));
  if (!*stands) return std::unexpected(agent_not_found(name));
  if ((*stands)->owner != call.caller.user && call.caller.role != "admin")
    return std::unexpected(Refusal{.type = "agent_not_yours", .detail = "The agent is " + (*stands)->owner + "'s."});
  return (*stands)->version;
}

std::optional<Refusal> refusal_of(const store::AgentPut& put, const std::string& name) {
  using Outcome = store::AgentPut::Outcome;
  if (put.outcome == Outcome::too_many)
    return Refusal{.type = "too_many_agents", .detail = "An organisation keeps at most " + std::to_string(store::kMaxAgents) + " agents."};
  if (put.outcome == Outcome::put) return std::nullopt;
  if (put.version == 0) return agent_not_found(name);
  return Refusal{.type = "agent_changed",
                 .detail = "The agent stands at version " + std::to_string(put.version) + ".",
                 .hint = "Read it again, and send its ETag as If-Match."};
}

void log_change(const Call& call, std::string_view what, const std::string& name, std::int64_t version) {
  telemetry::log_info(what, {{"trace_id", call.trace.trace_id},
                             {"org", call.caller.org.to_string()},
                             {"agent", name},
                             {"version", std::to_string(version)},
                             {"user", call.caller.user}});
}

http::Response put(Service& service, const Call& call, const tasks::AgentSpec& spec, std::int64_t expected) {
  const auto text = json::dump(tasks::to_json(spec));
  INGEST_TRY(const auto done, store::put_agent(service.db, call.caller.org, spec.name, expected, text, call.caller.user));
  if (expected == 0 && done.outcome == store::AgentPut::Outcome::changed_meanwhile)
    return respond(Refusal{.type = "agent_exists", .detail = "There is an agent " + spec.name + " already.", .pointer = "/name"});
  if (const auto refused = refusal_of(done, spec.name)) return respond(*refused);
  log_change(call, expected == 0 ? "agent made" : "agent changed", spec.name, done.version);
  INGEST_TRY(const auto stored, store::get_agent(service.db, call.caller.org, spec.name, done.version));
  if (!stored) return respond(agent_not_found(spec.name));
  auto out = shown(expected == 0 ? 201 : 200, *stored);
  if (expected == 0) out.headers["Location"] = service.settings.public_url + "/api/v1/agents/" + spec.name;
  return out;
}

}  // namespace

http::Response list_agents(Service& service, const Call& call) {
  QueryReader query(call.request);
  const auto limit = query.limit();
  const std::string after = query.cursor(kAgentList);
  if (query.refusal()) return respond(*query.refusal());
  INGEST_TRY(auto found, store::list_agents(service.db, call.caller.org, after, static_cast<int>(limit) + 1));
  json::Value next = end_page(found, limit, kAgentList, [](const auto& one) { return one.name; });
  json::Array agents;
  if (after.empty())  // the built-in ones are few and stand before all others
    for (const auto& spec : tasks::built_in_agents()) agents.push_back(agent_json(spec));
  for (const auto& stored : found) {
    INGEST_TRY(auto value, agent_json(stored));
    agents.push_back(std::move(value));
  }
  return http::json_response(200, json::Object{{"agents", std::move(agents)}, {"next_cursor", std::move(next)}});
}

http::Response make_agent(Service& service, const Call& call) {
  INGEST_TRY(const auto spec, read_spec(service, call));
  return put(service, call, spec, 0);
}

http::Response get_agent(Service& service, const Call& call) {
  const std::string& name = call.request.params.at("name");
  QueryReader query(call.request);
  const auto version = query.integer("version", 1, INT64_MAX);
  if (query.refusal()) return respond(*query.refusal());
  if (const auto* spec = tasks::built_in_agent(name)) {
    if (version) return respond(agent_not_found(name));
    return http::json_response(200, agent_json(*spec));
  }
  INGEST_TRY(const auto stored, store::get_agent(service.db, call.caller.org, name, version.value_or(0)));
  if (!stored) return respond(agent_not_found(name));
  return shown(200, *stored);
}

http::Response change_agent(Service& service, const Call& call) {
  const std::string& name = call.request.params.at("name");
  INGEST_TRY(const auto expected, expected_version(call.request));
  INGEST_TRY(const auto spec, read_spec(service, call));
  if (spec.name != name)
    return respond(Refusal{.type = "agent_invalid", .detail = "The body names another agent than the path.", .pointer = "/name"});
  INGEST_TRY(const auto seen, may_change(service, call, name));
  return put(service, call, spec, expected == store::kAnyVersion ? seen : expected);
}

http::Response remove_agent(Service& service, const Call& call) {
  const std::string& name = call.request.params.at("name");
  INGEST_TRY(const auto expected, expected_version(call.request));
  INGEST_TRY(const auto seen, may_change(service, call, name));
  INGEST_TRY(const auto done,
             store::remove_agent(service.db, call.caller.org, name, expected == store::kAnyVersion ? seen : expected, call.caller.user));
  if (const auto refused = refusal_of(done, name)) return respond(*refused);
  log_change(call, "agent removed", name, done.version);
  return {.status = 204};
}

Checked<tasks::AgentSpec> agent_of_task(Service& service, const config::Caller& caller, const std::string& name) {
  if (const auto* spec = tasks::built_in_agent(name)) return *spec;
  const auto refuse = [&](std::string type, std::string detail, std::string hint) {
    return std::unexpected(Refusal{.type = std::move(type), .detail = std::move(detail), .pointer = "/agent", .hint = std::move(hint)});
  };
  const auto stored = store::get_agent(service.db, caller.org, name);
  if (!stored) return std::unexpected(refusal_of(stored.error()));
  if (!*stored)
    return refuse("agent_unknown", "There is no agent " + text::ellipsize(name, kMaxShownName) + ".",
                  "GET /api/v1/agents lists those that there are.");
  auto spec = tasks::agent_spec_from((*stored)->spec);
  if (!spec) return std::unexpected(refusal_of(spec.error(), "internal"));
  spec->version = (*stored)->version;
  spec->owner = (*stored)->owner;
  const bool for_everybody = spec->may_use.empty() || spec->owner == caller.user || caller.role == "admin";
  if (!for_everybody && std::ranges::find(spec->may_use, caller.user) == spec->may_use.end())
    return refuse("agent_not_yours", "The agent is kept for others.", "Ask " + spec->owner + " to name you in its `may_use`.");
  return std::move(*spec);
}

}  // namespace argosy::ingest
