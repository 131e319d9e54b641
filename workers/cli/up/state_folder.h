// The folder in which `argosy up` keeps everything: the private Postgres, work trees, logs, and who runs it. One `up` at a time holds it.
// It lies outside the checkout, because Postgres must run as another user than root, who may not be able to enter the checkout.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/core/error.h"

namespace argosy::cli {

// What a running `up` tells the other commands.
struct Address {
  std::string api_url, ws_url, postgres_url, kafka_brokers;
  std::int64_t pid = 0;
};

class StateFolder {
 public:
  // ARGOSY_STATE_DIR, or a folder of its own for this checkout: below /var/lib/argosy for root, ~/.local/state/argosy for others.
  static std::filesystem::path default_path();

  // Makes it (for us only; root's lets other users pass, for Postgres) and locks it. Errors (B): state_held, state_unsafe (it belongs to
  // somebody else), state_unwritable.
  static Result<StateFolder> open(const std::filesystem::path& path);
  ~StateFolder();
  StateFolder(StateFolder&& other) noexcept;
  StateFolder& operator=(StateFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path postgres() const { return path_ / "postgres"; }
  std::filesystem::path broker_address() const { return path_ / "broker.address"; }
  std::filesystem::path work(const std::string& process) const { return path_ / "work" / process; }
  std::filesystem::path log(const std::string& process) const { return path_ / "logs" / (process + ".log"); }
  // The logs of the last run become *.log.1.
  void start_new_logs() const;
  Result<void> announce(const Address& address) const;

 private:
  StateFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

// Of the `up` that holds `path` now; nothing when none does or it is not up yet.
std::optional<Address> running_address(const std::filesystem::path& path);

}  // namespace argosy::cli
