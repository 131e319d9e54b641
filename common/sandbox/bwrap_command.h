// The words that make bubblewrap build the sandbox described in sandbox.h. Internal to the room; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/sandbox/fd.h"
#include "common/sandbox/identity.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {

inline constexpr std::string_view kWorkspace = "/workspace";

struct BwrapCommand {
  std::vector<std::string> argv;
  std::vector<Fd> files;  // the small files of /etc, to be inherited by bubblewrap, which closes them before the program starts
};

// `scratch` is the host's folder that appears as /tmp; `status_fd` is where bubblewrap writes its --json-status-fd.
BwrapCommand bwrap_command(const Job& job, const Identity& identity, const std::filesystem::path& scratch, int status_fd);

// The environment of a program: PATH, HOME (a folder below `tmp`), USER, LANG, and the job's own on top.
std::map<std::string, std::string> program_env(const Job& job, const std::filesystem::path& tmp);

// Refuses paths that would undo the sandbox or cannot work: relative, missing, a root of the system, or closed to the program's user.
Result<void> check_paths(const Job& job, const Identity& identity);

}  // namespace argosy::sandbox
