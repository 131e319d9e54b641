#include "tests/support/fleet/postgres.h"

#include <signal.h>

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

OwnPostgres::OwnPostgres() : folder_(passable_folder()), cluster_(folder_.path() / "pg") {
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

void OwnPostgres::stop_immediately() {
  server_->signal(SIGQUIT);
  if (!server_->wait(testing::kPatience)) throw std::runtime_error("Postgres does not stop");
  server_.reset();
}

}  // namespace argosy::test
