#include "workers/cli/up/postgres_cluster.h"

#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUser = "argosy";
constexpr const char* kVersion = "15";
constexpr const char* kSocketName = "/.s.PGSQL.5432";
constexpr int kLeftoverStopMs = 15'000;
constexpr std::chrono::milliseconds kProgramTimeout{60'000};

Result<Completed> run_program(std::vector<std::string> argv) {
  Command command{.argv = std::move(argv)};
  command.env = minimal_env();
  command.env["LC_ALL"] = "C";
  command.cwd = "/";  // the server's user need not be able to enter ours
  command.timeout = kProgramTimeout;
  return run(command);
}

}  // namespace

PostgresCluster::PostgresCluster(fs::path folder, fs::path programs) : folder_(std::move(folder)), programs_(std::move(programs)) {
  if (::geteuid() != 0) return;
  if (const passwd* user = ::getpwnam("postgres")) {
    uid_ = user->pw_uid;
    gid_ = user->pw_gid;
  }
}

std::optional<std::string> PostgresCluster::problem(const fs::path& programs) {
  for (const char* program : {"initdb", "postgres", "pg_isready", "createdb"}) {
    if (::access((programs / program).c_str(), X_OK) != 0)
      return fmt::format("{}/{} is missing: run make deps (package postgresql-15)", programs.string(), program);
  }
  if (::geteuid() == 0 && ::getpwnam("postgres") == nullptr)
    return "Postgres refuses to run as root and there is no user \"postgres\": run make deps";
  return std::nullopt;
}

std::vector<std::string> PostgresCluster::as_server_user(std::vector<std::string> argv) const {
  if (!uid_) return argv;
  std::vector<std::string> out{"setpriv", fmt::format("--reuid={}", *uid_), fmt::format("--regid={}", *gid_), "--clear-groups", "--"};
  out.insert(out.end(), argv.begin(), argv.end());
  return out;
}

Result<void> PostgresCluster::make_folders() const {
  std::error_code error;
  for (auto above = folder_.parent_path(); uid_ && above != above.root_path(); above = above.parent_path()) {
    if ((fs::status(above, error).permissions() & fs::perms::others_exec) == fs::perms::none && fs::exists(above, error)) {
      return fail_user("state_unreachable", fmt::format("Postgres runs as user \"postgres\", who cannot enter {}", above.string()),
                       "name a folder outside of it with --state DIR");
    }
  }
  for (const auto& part : {folder_, folder_ / "run"}) {
    fs::create_directories(part, error);
    fs::permissions(part, fs::perms::owner_all, error);
    if (uid_ && ::chown(part.c_str(), *uid_, *gid_) != 0) error = std::error_code(errno, std::generic_category());
    if (error) return fail_user("state_unwritable", fmt::format("{} cannot be made: {}", part.string(), error.message()));
  }
  return {};
}

Result<void> PostgresCluster::prepare() {
  if (const auto missing = problem(programs_)) return fail_user("postgres_missing", *missing);
  if ((folder_ / "run").string().size() + std::string_view(kSocketName).size() >= sizeof(sockaddr_un::sun_path)) {
    return fail_user("path_too_long", fmt::format("{} is too long for a Unix socket", folder_.string()),
                     "name a shorter folder with --state DIR");
  }
  ARGOSY_TRY_VOID(make_folders());
  if (const auto version = read_file(data() / "PG_VERSION", 64)) {
    if (text::trim(*version) != kVersion) {
      return fail_user("postgres_other_version", fmt::format("{} was made by Postgres {}", data().string(), text::trim(*version)),
                       "dump it with that version, or name another folder with --state DIR");
    }
    end_leftover();
    return {};
  }
  // Made beside its place, so that a half-made cluster is never taken for a whole one.
  const auto fresh = folder_ / "data.new";
  std::error_code error;
  fs::remove_all(fresh, error);
  ARGOSY_TRY(const auto made, run_program(as_server_user({programs_ / "initdb", "-D", fresh.string(), "-U", kUser, "-A", "trust", "-E",
                                                          "UTF8", "--locale=C.UTF-8", "--no-instructions"})));
  if (made.exit_code != 0) return fail_transient("initdb_failed", fmt::format("initdb failed: {}", text::trim(made.err)));
  fs::rename(fresh, data(), error);
  if (error) return fail_transient("initdb_failed", fmt::format("{} cannot be made: {}", data().string(), error.message()));
  return {};
}

// The server of an `up` that was killed with SIGKILL gets our death signal, and may still be on its way out.
void PostgresCluster::end_leftover() const {
  const auto file = read_file(data() / "postmaster.pid", 4096);
  const auto pid = file ? text::to_int(text::trim(text::lines(*file).front())) : std::nullopt;
  if (!pid || *pid <= 1) return;
  std::error_code error;
  // A postmaster's working directory is its data folder; whatever else has that number now is not ours to stop.
  if (fs::read_symlink(fmt::format("/proc/{}/cwd", *pid), error) != fs::weakly_canonical(data(), error) || error) return;
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(*pid), 0));
  if (handle < 0) return;
  ::kill(static_cast<pid_t>(*pid), SIGINT);
  pollfd ended{handle, POLLIN, 0};
  ::poll(&ended, 1, kLeftoverStopMs);
  ::close(handle);
}

ChildOptions PostgresCluster::server(const fs::path& log) const {
  ChildOptions child;
  const auto socket = (folder_ / "run").string();
  child.argv = {programs_ / "postgres",
                "-D",
                data().string(),
                "-k",
                socket,
                "-c",
                "listen_addresses=",
                "-c",
                "unix_socket_permissions=0700",
                "-c",
                "max_connections=200",
                "-c",
                "shared_buffers=128MB",
                "-c",
                "timezone=UTC",
                "-c",
                "log_line_prefix=%m [%p] "};
  child.env = {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};
  child.cwd = "/";
  child.output = log;
  child.uid = uid_;
  child.gid = gid_;
  child.death_signal = SIGINT;
  return child;
}

bool PostgresCluster::accepts() const {
  const auto asked = run_program({programs_ / "pg_isready", "-q", "-h", (folder_ / "run").string(), "-t", "2"});
  return asked && asked->exit_code == 0;
}

Result<void> PostgresCluster::ensure_database(const std::string& name) const {
  ARGOSY_TRY(const auto made,
             run_program({programs_ / "createdb", "-h", (folder_ / "run").string(), "-U", kUser, "--maintenance-db=postgres", name}));
  if (made.exit_code == 0 || made.err.find("already exists") != std::string::npos) return {};
  return fail_transient("createdb_failed", fmt::format("createdb failed: {}", text::trim(made.err)));
}

std::string PostgresCluster::url(const std::string& database) const {
  std::string host;  // percent-encoded: it stands in a URL
  for (const char c : (folder_ / "run").string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    host += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return fmt::format("postgresql://{}@/{}?host={}", kUser, database, host);
}

}  // namespace argosy::cli
