#include "tests/integration/flow/small_disk.h"

#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace argosy::test {

std::optional<std::string> SmallDisk::mount(std::size_t megabytes) {
  const passwd* user = ::getpwnam("postgres");
  if (::geteuid() != 0 || user == nullptr) return "only root may mount a small disk for the user postgres";
  const std::string options = "mode=0711,size=" + std::to_string(megabytes) + "m";
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", mounted_.path().c_str(), "tmpfs", 0, options.c_str()) != 0)
    return "no small disk can be mounted here: " + std::string(std::strerror(errno));
  is_mounted_ = true;
  std::filesystem::create_directory(folder());
  if (::chown(folder().c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("cannot give the small disk away");
  return std::nullopt;
}

SmallDisk::~SmallDisk() {
  if (is_mounted_) ::umount2(mounted_.path().c_str(), MNT_DETACH);
}

void SmallDisk::fill() {
  const int file = ::open(ballast().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("cannot fill the small disk");
  const std::array<char, 4096> page{};
  while (::write(file, page.data(), page.size()) > 0) {
  }
  const int why = errno;
  ::close(file);
  if (why != ENOSPC) throw std::runtime_error("the small disk is not full");
}

void SmallDisk::make_room() { std::filesystem::remove(ballast()); }

}  // namespace argosy::test
