// `argosy up`: everything on this machine. Returns an exit code (command.h).
#pragma once

#include "workers/cli/args.h"

namespace argosy::cli {

int up(const Arguments& arguments);

}  // namespace argosy::cli
