// One run in a bubblewrap sandbox. Internal to the room; any thread.
#pragma once

#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {

// `command` brings the bounds of time and output; `scratch` is a folder that becomes /tmp. Errors: as Sandbox::run.
Result<Finished> run_bwrap(const Job& job, const std::filesystem::path& scratch, Command command);

}  // namespace argosy::sandbox
