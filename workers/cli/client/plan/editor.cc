#include "workers/cli/client/plan/editor.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

namespace argosy::cli {

std::string editor() {
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "vi";
}

Result<void> edit_in_place(const std::filesystem::path& file, const std::string& editor) {
  // As git calls it: the editor may have options, the file's name is one word whatever it holds.
  std::string shell = "sh", option = "-c", line = editor + " \"$1\"", name = file.string();
  const std::array<char*, 6> words{shell.data(), option.data(), line.data(), shell.data(), name.data(), nullptr};
  const auto failed = [&](const std::string& why) {
    return fail_user("editor_failed", fmt::format("the editor {} {}", editor, why), "name another in EDITOR, or give the plan with --file");
  };
  pid_t pid = -1;
  if (posix_spawn(&pid, "/bin/sh", nullptr, nullptr, words.data(), environ) != 0) return failed("could not be started");
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return failed("could not be waited for");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed("ended without success: nothing was changed");
  return {};
}

}  // namespace argosy::cli
