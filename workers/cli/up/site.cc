#include "workers/cli/up/site.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/ports.h"
#include "common/core/text.h"
#include "workers/cli/up/probes.h"

namespace argosy::cli {
namespace {

constexpr std::chrono::milliseconds kConnectTimeout{500};
constexpr std::size_t kMaxAddressBytes = 256;

struct Process {
  std::string_view name;
  int stage;
};
constexpr std::array kProcesses{
    Process{"scheduler", kStageScheduler}, Process{"planning", kStageWorkers}, Process{"codegen", kStageWorkers},
    Process{"testing", kStageWorkers},     Process{"git", kStageWorkers},      Process{"notifications", kStageWorkers},
    Process{"fanout", kStageEdge},         Process{"ingest", kStageEdge},
};

// A secret and the only processes that get it.
struct Secret {
  std::string_view name;
  std::array<std::string_view, 4> processes;
};
constexpr std::array kSecrets{
    Secret{"ARGOSY_GIT_WRITE_CREDENTIALS", {"git"}},
    Secret{"ARGOSY_GIT_READ_CREDENTIALS", {"planning", "codegen", "testing", "git"}},
    Secret{"ARGOSY_WEBHOOK_SECRET", {"notifications"}},
    Secret{"ARGOSY_TOKENS_FILE", {"ingest", "fanout"}},
};

// The command line's own; the processes do not know them.
constexpr std::array<std::string_view, 4> kNotPassedOn{"ARGOSY_URL", "ARGOSY_TOKEN", "ARGOSY_TOKEN_FILE", "ARGOSY_STATE_DIR"};

constexpr std::array<std::string_view, 24> kPassedOn{
    "PATH",         "HOME",           "USER",
    "LOGNAME",      "LANG",           "TZ",
    "TMPDIR",       "SSH_AUTH_SOCK",  "SSL_CERT_FILE",
    "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
    "http_proxy",   "https_proxy",    "no_proxy",
    "HTTP_PROXY",   "HTTPS_PROXY",    "NO_PROXY",
    "JAVA_HOME",    "XDG_CACHE_HOME", "LLVM_PROFILE_FILE",
    "ASAN_OPTIONS", "UBSAN_OPTIONS",  "TSAN_OPTIONS",
};

bool may_have(std::string_view process, std::string_view variable) {
  const auto of_variable = [&](const Secret& secret) {
    return variable == secret.name || (variable.starts_with(secret.name) && variable.substr(secret.name.size()) == "_FILE");
  };
  const auto secret = std::ranges::find_if(kSecrets, of_variable);
  return secret == kSecrets.end() || std::ranges::find(secret->processes, process) != secret->processes.end();
}

std::string program(const std::string& name) { return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name; }

}  // namespace

std::map<std::string, std::string> environment_for(const std::string& process, const std::map<std::string, std::string>& ours) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : ours) {
    const bool common = std::ranges::find(kPassedOn, name) != kPassedOn.end() || name.starts_with("LC_");
    const bool own = name.starts_with("ARGOSY_") && std::ranges::find(kNotPassedOn, name) == kNotPassedOn.end() && may_have(process, name);
    if (common || own) out[name] = value;
  }
  return out;
}

std::string brokers_of(const Site& site, const StateFolder& state) {
  if (!site.kafka_brokers.empty()) return site.kafka_brokers;
  return std::string(text::trim(read_file(state.broker_address(), kMaxAddressBytes).value_or("")));
}

Part broker_part(const Site& site, const StateFolder& state) {
  Part part;
  part.name = "broker";
  part.stage = kStageBroker;
  part.is_ground = true;
  part.log = state.log(part.name);
  part.child = [&site, &state] {
    ChildOptions child;
    std::error_code ignored;
    std::filesystem::remove(state.broker_address(), ignored);
    child.argv = {program("argosy"), "broker", "--address-file", state.broker_address().string()};
    child.env = environment_for("broker", site.environment);
    child.output = state.log("broker");
    child.death_signal = SIGTERM;
    return child;
  };
  part.where = [&site, &state] { return brokers_of(site, state); };
  part.problem = [&site, &state]() -> std::optional<std::string> {
    const auto brokers = brokers_of(site, state);
    return brokers.empty() ? std::optional<std::string>("does not say its address yet") : connect_problem(brokers, kConnectTimeout);
  };
  part.stop_timeout = std::chrono::seconds(10);
  return part;
}

namespace {

std::map<std::string, std::string> process_environment(const std::string& name, std::uint16_t admin_port, const Site& site,
                                                       const StateFolder& state) {
  auto env = environment_for(name, site.environment);
  env.erase("ARGOSY_POSTGRES_URL_FILE");
  env["ARGOSY_POSTGRES_URL"] = site.postgres_url;
  env["ARGOSY_KAFKA_BROKERS"] = brokers_of(site, state);
  if (site.kafka_brokers.empty()) env["ARGOSY_KAFKA_EMBEDDED"] = "true";
  env["ARGOSY_API_PORT"] = fmt::to_string(site.api_port);
  env["ARGOSY_WS_PORT"] = fmt::to_string(site.ws_port);
  env["ARGOSY_ADMIN_PORT"] = fmt::to_string(admin_port);
  env["ARGOSY_PUBLIC_URL"] = site.public_url;
  env["ARGOSY_PUBLIC_WS_URL"] = site.public_ws_url;
  env["ARGOSY_WORK_DIR"] = state.work(name).string();
  return env;
}

}  // namespace

Result<std::vector<Part>> process_parts(const Site& site, const StateFolder& state) {
  std::vector<Part> out;
  for (const auto& process : kProcesses) {
    Part part;
    part.name = process.name;
    part.stage = process.stage;
    part.log = state.log(part.name);
    std::uint16_t admin_port = 0;  // those of the edge answer on their own port
    if (process.stage != kStageEdge) {
      ARGOSY_TRY(admin_port, free_port());
    }
    part.child = [name = part.name, admin_port, &site, &state] {
      ChildOptions child;
      child.argv = {program("argosy-" + name)};
      child.env = process_environment(name, admin_port, site, state);
      child.output = state.log(name);
      child.death_signal = SIGTERM;
      return child;
    };
    const auto health_port = part.name == "ingest" ? site.api_port : part.name == "fanout" ? site.ws_port : admin_port;
    part.problem = [url = fmt::format("http://127.0.0.1:{}/readyz", health_port)] { return readiness_problem(url); };
    if (part.name == "ingest") part.where = [&site] { return site.public_url; };
    if (part.name == "fanout") part.where = [&site] { return site.public_ws_url; };
    out.push_back(std::move(part));
  }
  return out;
}

}  // namespace argosy::cli
