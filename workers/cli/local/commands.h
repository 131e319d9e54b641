// The commands that work on this machine without a server. Each returns an exit code (command.h).
#pragma once

#include "workers/cli/args.h"

namespace argosy::cli {

int doctor(const Arguments& arguments);
int migrate(const Arguments& arguments);
int limits(const Arguments& arguments);
int flags(const Arguments& arguments);
int budget(const Arguments& arguments);
int models(const Arguments& arguments);
int prompts(const Arguments& arguments);
int quarantine(const Arguments& arguments);
int erase(const Arguments& arguments);
int conversations(const Arguments& arguments);
int warm_cache(const Arguments& arguments);  // `cache warm FILE`
int config_command(const Arguments& arguments);
int broker_command(const Arguments& arguments);
int backup(const Arguments& arguments);
int restore(const Arguments& arguments);

}  // namespace argosy::cli
