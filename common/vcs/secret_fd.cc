#include "common/vcs/secret_fd.h"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include <fmt/format.h>

namespace argosy::vcs {

Result<SecretFd> SecretFd::make(const Credential& credential) {
  SecretFd secret(::memfd_create("credential", MFD_CLOEXEC));
  const auto text = fmt::format("username={}\npassword={}\n", credential.user, credential.secret);
  if (secret.fd_ < 0 || ::write(secret.fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail_transient("secret_fd_failed", "cannot prepare the credential for git");
  return secret;
}

SecretFd::SecretFd(SecretFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

SecretFd::~SecretFd() {
  if (fd_ >= 0) ::close(fd_);
}

// Opened anew through /proc, each reader starts at the beginning; a plain descriptor would share its position between two requests.
std::string SecretFd::helper() const { return fmt::format("!f() {{ test \"$1\" != get || cat /proc/self/fd/{}; }}; f", fd_); }

}  // namespace argosy::vcs
