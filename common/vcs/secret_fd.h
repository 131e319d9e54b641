// Hands one secret to a child process without argv, environment or disk: an anonymous file in memory that the child inherits by number.
// It vanishes with the last process that holds it, so that even SIGKILL leaves nothing behind. Internal to this room. One thread.
#pragma once

#include <string>

#include "common/core/error.h"
#include "common/vcs/repository.h"

namespace argosy::vcs {

class SecretFd {
 public:
  // Holds what a git credential helper answers: "username=...\npassword=...\n". Errors (A): secret_fd_failed.
  static Result<SecretFd> make(const Credential& credential);
  SecretFd(SecretFd&& other) noexcept;
  SecretFd& operator=(SecretFd&&) = delete;
  ~SecretFd();

  int fd() const { return fd_; }
  // The value of credential.helper: a shell function that reads the descriptor by its number and answers only "get".
  std::string helper() const;

 private:
  explicit SecretFd(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace argosy::vcs
