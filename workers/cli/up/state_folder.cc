#include "workers/cli/up/state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/json.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyCharacters = 12;
constexpr std::size_t kMaxAddressBytes = 64 << 10;
constexpr const char* kLock = "lock";
constexpr const char* kAddress = "up.json";

// Where this program's build tree lies: .../build/PRESET/bin/argosy. All presets of a checkout share one state.
fs::path checkout() {
  std::error_code ignored;
  const auto bin = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const auto build = bin.parent_path().parent_path();
  return build.filename() == "build" ? build.parent_path() : bin;
}

fs::path home() {
  const char* value = std::getenv("HOME");
  return value != nullptr && *value == '/' ? fs::path(value) : fs::path("/var/tmp") / fmt::format("argosy-{}", ::geteuid());
}

// Makes it with `mode`, or makes sure that nobody else can have prepared or can change what lies in it.
Result<void> own_folder(const fs::path& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) {
    ::chmod(path.c_str(), mode);  // whatever the umask is
  } else if (errno != EEXIST) {
    return fail_user("state_unwritable", fmt::format("{} cannot be made: {}", path.string(), std::strerror(errno)),
                     "name another with --state DIR");
  }
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() || (found.st_mode & 022) != 0) {
    return fail_user("state_unsafe", fmt::format("{} is not a folder that only this user can write to", path.string()),
                     "name another with --state DIR");
  }
  return {};
}

// A lock of the open file, not of the process; it can be asked about without being taken.
struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

Error held(const fs::path& path) {
  const auto address = running_address(path);
  const auto who =
      address ? fmt::format("`argosy up` with process id {}, API at {}", address->pid, address->api_url) : "another `argosy up`";
  return Error{Category::needs_user, "state_held", fmt::format("{} is held by {}", path.string(), who),
               "stop that one, or give this one another --state DIR"};
}

}  // namespace

fs::path StateFolder::default_path() {
  if (const char* given = std::getenv("ARGOSY_STATE_DIR"); given != nullptr && *given != 0) return fs::absolute(given);
  const auto key = crypto::sha256_hex(checkout().string()).substr(0, kKeyCharacters);
  if (::geteuid() == 0) return fs::path("/var/lib/argosy") / key;
  const char* state = std::getenv("XDG_STATE_HOME");
  return (state != nullptr && *state == '/' ? fs::path(state) : home() / ".local/state") / "argosy" / key;
}

Result<StateFolder> StateFolder::open(const fs::path& given) {
  const auto path = fs::absolute(given).lexically_normal();
  std::error_code error;
  const auto parent = path.parent_path();
  if (fs::create_directories(parent, error) && ::geteuid() == 0) fs::permissions(parent, fs::perms(0755), error);
  const mode_t mode = ::geteuid() == 0 ? 0711 : 0700;
  ARGOSY_TRY_VOID(own_folder(path, mode));
  for (const char* part : {"work", "logs"}) ARGOSY_TRY_VOID(own_folder(path / part, 0700));
  const int lock = ::open((path / kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return fail_user("state_unwritable", fmt::format("{} cannot be locked: {}", path.string(), std::strerror(errno)));
  struct flock whole = whole_file();
  if (::fcntl(lock, F_OFD_SETLK, &whole) != 0) {
    ::close(lock);
    return std::unexpected(held(path));
  }
  fs::remove(path / kAddress, error);
  return StateFolder(path, lock);
}

StateFolder::StateFolder(StateFolder&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StateFolder::~StateFolder() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove(path_ / kAddress, ignored);
  ::close(lock_);
}

void StateFolder::start_new_logs() const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path_ / "logs", ignored)) {
    if (entry.path().extension() == ".log") fs::rename(entry.path(), entry.path().string() + ".1", ignored);
  }
}

Result<void> StateFolder::announce(const Address& address) const {
  const json::Object text{{"api_url", address.api_url},
                          {"ws_url", address.ws_url},
                          {"postgres_url", address.postgres_url},
                          {"kafka_brokers", address.kafka_brokers},
                          {"pid", address.pid}};
  return write_file_atomic(path_ / kAddress, json::dump(text) + "\n", 0600);
}

std::optional<Address> running_address(const fs::path& path) {
  const int lock = ::open((path / kLock).c_str(), O_RDWR | O_CLOEXEC);
  if (lock < 0) return std::nullopt;
  struct flock whole = whole_file();
  const bool held = ::fcntl(lock, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  ::close(lock);
  if (!held) return std::nullopt;
  const auto text = read_file(path / kAddress, kMaxAddressBytes);
  const auto value = text ? json::parse(*text) : std::unexpected(text.error());
  if (!value) return std::nullopt;
  return Address{value->string_or("api_url", ""), value->string_or("ws_url", ""), value->string_or("postgres_url", ""),
                 value->string_or("kafka_brokers", ""), value->int_or("pid", 0)};
}

}  // namespace argosy::cli
