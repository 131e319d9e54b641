// The OCI bundle of a gVisor sandbox: a root of its own with only mount points, and a configuration that shows in it what bwrap_command.h
// shows. Format: OCI runtime specification 1.0, config.md. Internal to the room; any thread.
#pragma once

#include <filesystem>

#include "common/core/error.h"
#include "common/sandbox/launch/base_folder.h"
#include "common/sandbox/launch/identity.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {

// Writes config.json and rootfs/ into `bundle`. `scratch` appears as /tmp. Errors: sandbox_unavailable (A).
Result<void> write_bundle(const Job& job, const Identity& identity, const BaseFolder& base, const std::filesystem::path& scratch,
                          const std::filesystem::path& bundle);

// One run in it. Errors: as Sandbox::run; sandbox_class_unfit (B) when the job asks for a way out, which this class has not.
Result<Finished> run_gvisor(const Job& job, const std::filesystem::path& scratch, Command command);

}  // namespace argosy::sandbox
