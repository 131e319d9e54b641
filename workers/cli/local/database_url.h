// Which database a command means that works on it directly. Blocking, one thread.
#pragma once

#include <string>

#include "common/core/error.h"
#include "workers/cli/args.h"

namespace argosy::cli {

// The configured one (ARGOSY_POSTGRES_URL), or the private one of a running `argosy up` (--state).
Result<std::string> database_url(const Arguments& arguments);

}  // namespace argosy::cli
