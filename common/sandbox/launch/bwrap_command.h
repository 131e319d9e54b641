// The words that make bubblewrap build the sandbox described in sandbox.h, with argosy-confine as its first process. Internal to the room;
// any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/sandbox/launch/base_folder.h"
#include "common/sandbox/launch/identity.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {

inline constexpr std::string_view kWorkspace = "/workspace";

// What the words refer to. Descriptors are inherited under their numbers; bubblewrap and argosy-confine close them.
struct Surroundings {
  Identity identity;
  const BaseFolder& base;
  std::filesystem::path scratch;  // the host's folder that appears as /tmp
  int status_fd = -1;             // bubblewrap's --json-status-fd
  int control_fd = -1;            // argosy-confine's end of the control socket
  int filter_fd = -1;             // seccomp.h; -1: without
  bool landlock = true;
};

std::vector<std::string> bwrap_command(const Job& job, const Surroundings& around);

// The environment of a program: PATH, HOME (a folder below `tmp`), USER, LANG, and the job's own on top.
std::map<std::string, std::string> program_env(const Job& job, const std::filesystem::path& tmp);

// Refuses words that no program can get (NUL, more than kMaxArgumentBytes), and paths that would undo the sandbox or cannot work: relative,
// missing, a root of the system, or closed to the program's user.
Result<void> check_job(const Job& job, const Identity& identity);

}  // namespace argosy::sandbox
