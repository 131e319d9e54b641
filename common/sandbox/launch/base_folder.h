// What all sandboxes of a process see as /etc and /run, made once: the host's files that programs look up and that say nothing about this
// host, a few of our own, and argosy-confine. One folder each, because every mount costs a sandbox's start. Internal to the room; any
// thread.
#pragma once

#include <filesystem>

#include "common/core/error.h"
#include "common/core/folders/scratch.h"

namespace argosy::sandbox {

// Where argosy-confine appears inside.
inline constexpr const char* kConfineInside = "/run/argosy/confine";

class BaseFolder {
 public:
  // The one of this process, in the system's temporary folder. Errors: sandbox_unavailable (A), asked again the next time.
  static Result<const BaseFolder*> shared();

  std::filesystem::path etc() const { return scratch_.path() / "etc"; }
  std::filesystem::path run() const { return scratch_.path() / "run"; }

 private:
  explicit BaseFolder(Scratch scratch) : scratch_(std::move(scratch)) {}
  static Result<BaseFolder> make();
  Scratch scratch_;
};

}  // namespace argosy::sandbox
