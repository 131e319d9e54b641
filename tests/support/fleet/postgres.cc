#include "tests/support/fleet/postgres.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/eventually.h"

namespace argosy::test {
namespace {

TempDir passable_folder() {
  TempDir folder("argosy-postgres");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0711));  // the server runs as another user when we are root
  return folder;
}

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

std::string OwnPostgres::programs() {
  const char* named = std::getenv("ARGOSY_TEST_POSTGRES_PROGRAMS");
  return named == nullptr ? cli::kPostgresPrograms : named;
}

OwnPostgres::OwnPostgres() : folder_(passable_folder()), cluster_(folder_.path() / "pg", programs()) {
  need(cluster_.prepare());
  start();
  need(cluster_.ensure_database("argosy"));
}

void OwnPostgres::start() {
  server_ = need(Child::start(cluster_.server(folder_.path() / "postgres.log")));
  const auto accepts_or_died = [&] { return !server_->running() || cluster_.accepts(); };
  if (!testing::eventually(accepts_or_died) || !server_->running()) {
    throw std::runtime_error("Postgres did not start:\n" + read_file(folder_.path() / "postgres.log").value_or(""));
  }
}

void OwnPostgres::freeze() {
  // The postmaster first, so that no backend is born meanwhile. Backends are in sessions of their own: no signal to a group reaches them.
  frozen_ = {server_->pid()};
  ::kill(server_->pid(), SIGSTOP);
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto stat = read_file(entry.path() / "stat").value_or("");
    const auto name_ends = stat.rfind(')');
    int parent = 0;
    if (name_ends == std::string::npos || std::sscanf(stat.c_str() + name_ends, ") %*c %d", &parent) != 1) continue;
    if (parent == server_->pid()) frozen_.push_back(std::stoi(entry.path().filename().string()));
  }
  for (const pid_t pid : frozen_) ::kill(pid, SIGSTOP);
}

void OwnPostgres::thaw() {
  for (const pid_t pid : frozen_) ::kill(pid, SIGCONT);
  frozen_.clear();
}

void OwnPostgres::stop_with(int signal) {
  server_->signal(signal);
  if (!server_->wait(testing::kPatience)) throw std::runtime_error("Postgres does not stop");
  server_.reset();
}

void OwnPostgres::stop() { stop_with(SIGINT); }
void OwnPostgres::stop_immediately() { stop_with(SIGQUIT); }

std::string OwnPostgres::log() const { return read_file(folder_.path() / "postgres.log").value_or(""); }

}  // namespace argosy::test
