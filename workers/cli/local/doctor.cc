#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/config/settings.h"
#include "common/core/ports.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "common/runtime/artifacts/bucket.h"
#include "common/sandbox/sandbox.h"
#include "common/store/database.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/doctor_sandbox.h"
#include "workers/cli/up/postgres_cluster.h"
#include "workers/cli/up/probes.h"
#include "workers/cli/up/state_folder.h"

namespace argosy::cli {
namespace {

constexpr std::chrono::milliseconds kProbeTimeout{3'000};

// What a probe found. Only what Argosy itself cannot do without makes the doctor fail; the rest is told.
struct Finding {
  std::string what;
  std::optional<std::string> problem;
  std::string found;
  bool needed = true;
};

class Examination {
 public:
  void add(Finding finding) {
    fmt::print("{:<7} {:<22} {}\n",
               !finding.problem ? "ok"
               : finding.needed ? "MISSING"
                                : "absent",
               finding.what, finding.problem.value_or(finding.found));
    ill_ = ill_ || (finding.problem && finding.needed);
  }
  int verdict() const { return ill_ ? kFailed : kSucceeded; }

 private:
  bool ill_ = false;
};

// The first line of what `argv` says about its version.
Finding program(std::string what, std::vector<std::string> argv, std::string remedy, bool needed) {
  argosy::Command command{.argv = std::move(argv)};
  command.env = minimal_env();
  command.timeout = kProbeTimeout;
  const auto done = argosy::run(command);
  if (!done || done->exit_code != 0) return {std::move(what), std::move(remedy), "", needed};
  const auto said = done->out.empty() ? done->err : done->out;
  const auto lines = text::lines(said);
  return {std::move(what), std::nullopt, lines.empty() ? "" : std::string(lines.front()), needed};
}

bool has_other_postgres(const config::Environment& environment) {
  return environment.contains("ARGOSY_POSTGRES_URL") || environment.contains("ARGOSY_POSTGRES_URL_FILE");
}

void examine_programs(Examination& examination) {
  const auto environment = config::process_environment();
  const bool other_postgres = has_other_postgres(environment);
  // Where both servers are elsewhere, this is the place of one process among many, of which the testing worker alone needs a sandbox.
  const bool one_of_many = other_postgres && environment.contains("ARGOSY_KAFKA_BROKERS");
  examination.add({"Postgres programs", PostgresCluster::problem(), kPostgresPrograms, !other_postgres});
  examination.add(program("git", {"git", "--version"}, "install the package git", true));
  examination.add({"sandbox", sandbox::Sandbox::probe(sandbox::Class::bwrap), "bubblewrap works here", !one_of_many});
  // Whoever has such repositories needs them; the tests of Argosy need all.
  examination.add(
      program("Python", {"python3", "--version"}, "repositories in Python cannot be tested: install python3 and python3-pytest", false));
  examination.add(program("Node", {"node", "--version"}, "repositories in JavaScript cannot be tested: install nodejs", false));
  examination.add(program("Go", {"go", "version"}, "repositories in Go cannot be tested: install golang-go", false));
  examination.add(
      program("Java", {"java", "-version"}, "repositories in Java cannot be tested: install openjdk-17-jdk-headless and maven", false));
}

void examine_servers(Examination& examination, const config::Settings& settings, const std::optional<Address>& running) {
  const auto environment = config::process_environment();
  const bool other_postgres = has_other_postgres(environment);
  if (other_postgres || running) {
    store::Database db(
        {.url = other_postgres ? settings.postgres_url : running->postgres_url, .connections = 1, .application_name = "argosy doctor"});
    examination.add({"database", db.problem(), "answers, and its schema is current"});
  }
  if (const auto bucket = runtime::bucket_of(settings))
    examination.add({"bucket of artifacts", artifacts::s3::bucket_problem(*bucket, settings.s3_prefix),
                     fmt::format("puts, gets and removes in {}", settings.s3_bucket)});
  const auto brokers = environment.contains("ARGOSY_KAFKA_BROKERS") ? settings.kafka_brokers : running ? running->kafka_brokers : "";
  if (!brokers.empty()) examination.add({"Kafka", connect_problem(brokers, kProbeTimeout), "accepts connections at " + brokers});
  if (running) {
    examination.add({"API", readiness_problem(running->api_url + "/readyz"), running->api_url});
    return;
  }
  for (const auto& [what, port] : {std::pair{"port of the API", settings.api_port}, std::pair{"port of the streams", settings.ws_port}}) {
    const bool free = port == 0 || port_is_free(static_cast<std::uint16_t>(port));
    examination.add(
        {what, free ? std::nullopt : std::optional(fmt::format("{} is used by another program: argosy up --api-port N --ws-port N", port)),
         fmt::format("{} is free", port)});
  }
}

// For health checks of containers: silent when one process is ready, else what it lacks.
int ready(const config::Settings& settings, const std::vector<std::string>& words) {
  const auto url = words.size() > 1 ? words[1] : fmt::format("http://127.0.0.1:{}/readyz", settings.admin_port);
  const auto problem = readiness_problem(url);
  if (problem) fmt::print(stderr, "argosy: {}\n", *problem);
  return problem ? kFailed : kSucceeded;
}

}  // namespace

int doctor(const Arguments& arguments) {
  const auto settings = config::load(config::process_environment());
  if (!arguments.positional.empty()) {
    const auto& what = arguments.positional.front();
    if (what != "ready" && (what != "sandbox" || arguments.positional.size() > 1))
      return wrong_usage("doctor knows two things to look at more closely: sandbox, and ready with the URL of a /readyz");
    if (!settings) return wrong_usage(settings.error().front());
    return what == "ready" ? ready(*settings, arguments.positional) : doctor_sandbox(*settings);
  }
  Examination examination;
  examination.add(
      {"configuration", settings ? std::nullopt : std::optional(settings.error().front()), "every ARGOSY_* variable is known and fine"});
  examine_programs(examination);
  if (settings) {
    const auto given = arguments.value("--state");
    const auto state = given ? std::filesystem::path(*given) : StateFolder::default_path();
    const auto running = running_address(state);
    examination.add({"argosy up", running ? std::nullopt : std::optional("does not run (state in " + state.string() + ")"),
                     running ? fmt::format("runs, process id {}", running->pid) : "", false});
    examine_servers(examination, *settings, running);
  }
  return examination.verdict();
}

}  // namespace argosy::cli
