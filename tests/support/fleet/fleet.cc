#include "tests/support/fleet/fleet.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/ports.h"
#include "common/http/client.h"
#include "common/store/migrations.h"
#include "tests/support/database.h"
#include "tests/support/eventually.h"

namespace argosy::test {
namespace {

constexpr std::size_t kShownOfALog = 3000;
constexpr int kEventsAPage = 200;

bool is_terminal(const json::Value& task) {
  const auto status = task.string_or("status", "");
  return status == "succeeded" || status == "failed" || status == "cancelled";
}

}  // namespace

Fleet::Fleet(FleetOptions options)
    : options_(std::move(options)), folder_("argosy-fleet"), api_port_(free_port().value()), ws_port_(free_port().value()) {
  store::Database db({.url = options_.postgres_url, .connections = 1});
  if (const auto applied = store::migrate_up(db); !applied) throw std::runtime_error(to_string(applied.error()));
  testing::install_guards(options_.postgres_url);
}

Fleet::~Fleet() {
  processes_.clear();
  if (!::testing::Test::HasFailure()) return;
  for (const auto name : kAllProcesses) {
    const auto log = read_file(log_of(name)).value_or("");
    fmt::print(stderr, "---- {}\n{}\n", name, log.size() > kShownOfALog ? log.substr(log.size() - kShownOfALog) : log);
  }
}

Environment Fleet::environment_of(std::string_view name) const {
  auto out = options_.environment;
  out["ARGOSY_POSTGRES_URL"] = options_.postgres_url;
  out["ARGOSY_KAFKA_BROKERS"] = options_.kafka_brokers;
  out["ARGOSY_API_PORT"] = fmt::to_string(api_port_);
  out["ARGOSY_WS_PORT"] = fmt::to_string(ws_port_);
  out["ARGOSY_PUBLIC_URL"] = api_url();
  out["ARGOSY_PUBLIC_WS_URL"] = ws_url();
  out["ARGOSY_WORK_DIR"] = (folder_.path() / "work" / name).string();
  out["ARGOSY_ALLOW_FILE_URLS"] = "true";
  out["ARGOSY_ALLOW_HTTP_WEBHOOKS"] = "true";
  return out;
}

std::filesystem::path Fleet::log_of(std::string_view name) const { return folder_.path() / fmt::format("{}.log", name); }

void Fleet::start_all() {
  for (const auto name : kAllProcesses) start(name);
}

void Fleet::start(std::string_view name, const Environment& more) {
  ProcessOptions options;
  options.program = fmt::format("argosy-{}", name);
  options.environment = more;
  options.environment.merge(environment_of(name));
  const bool edge = name == "ingest" || name == "fanout";
  options.health_port = name == "ingest" ? api_port_ : name == "fanout" ? ws_port_ : free_port().value();
  options.environment["ARGOSY_ADMIN_PORT"] = fmt::to_string(edge ? 0 : options.health_port);
  options.log = log_of(name);
  processes_.erase(std::string(name));
  processes_.emplace(name, Process(std::move(options))).first->second.wait_ready();
}

Process& Fleet::process(std::string_view name) {
  const auto found = processes_.find(name);
  if (found == processes_.end()) throw std::runtime_error(fmt::format("{} was never started", name));
  return found->second;
}

bool Fleet::runs(std::string_view name) {
  const auto found = processes_.find(name);
  return found != processes_.end() && found->second.running();
}

Result<http::Response> Fleet::request(const std::string& method, const std::string& path, const json::Value& body,
                                      http::Headers headers) const {
  http::ClientRequest request;
  request.method = method;
  request.url = api_url() + path;
  request.headers = std::move(headers);
  if (!body.is_null()) {
    request.body = json::dump(body);
    request.headers["Content-Type"] = "application/json";
  }
  return http::fetch(request);
}

void Fleet::add_repository(const std::string& id, const std::string& url, const std::string& test_command) const {
  json::Object body{{"repository_id", id}, {"url", url}};
  if (!test_command.empty()) body.append("test_command", test_command);
  const auto answer = request("POST", "/api/v1/repositories", body);
  if (!answer) throw std::runtime_error(to_string(answer.error()));
  if (answer->status >= 300) throw std::runtime_error("the repository was refused: " + answer->body);
}

std::string Fleet::submit(const json::Value& body, const std::string& key) const {
  std::string id, last;
  testing::eventually([&] {
    const auto answer = request("POST", "/api/v1/tasks", body, {{"Idempotency-Key", key}});
    last = answer ? answer->body : to_string(answer.error());
    if (answer && answer->status == 202) id = json::parse(answer->body).value_or(json::Value()).string_or("task_id", "");
    const bool try_again = !answer || answer->status >= 500 || answer->status == 409;
    return !try_again;
  });
  if (id.empty()) throw std::runtime_error("the task was not accepted: " + last);
  return id;
}

json::Value Fleet::wait_terminal(const std::string& task_id, std::chrono::milliseconds timeout) const {
  json::Value task;
  const bool ended = testing::eventually(
      [&] {
        const auto answer = request("GET", "/api/v1/tasks/" + task_id);
        if (answer && answer->status == 200) task = json::parse(answer->body).value_or(json::Value());
        return is_terminal(task);
      },
      timeout);
  if (!ended) throw std::runtime_error(fmt::format("task {} is not terminal:\n{}", task_id, json::dump_pretty(task)));
  return task;
}

std::vector<json::Value> Fleet::events(const std::string& task_id) const {
  std::vector<json::Value> out;
  for (;;) {
    const auto after = out.empty() ? 0 : out.back().int_or("seq", 0);
    const auto answer = request("GET", fmt::format("/api/v1/tasks/{}/events?after={}&limit={}", task_id, after, kEventsAPage));
    if (!answer || answer->status != 200) throw std::runtime_error("no events: " + (answer ? answer->body : to_string(answer.error())));
    const auto page = json::parse(answer->body).value_or(json::Value());
    const auto& events = page.array_or_empty("events");
    if (events.empty()) return out;
    out.insert(out.end(), events.begin(), events.end());
  }
}

std::string Fleet::api_url() const { return fmt::format("http://127.0.0.1:{}", api_port_); }
std::string Fleet::ws_url() const { return fmt::format("ws://127.0.0.1:{}", ws_port_); }

}  // namespace argosy::test
