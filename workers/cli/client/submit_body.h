// The request that `argosy submit`'s options describe. Reads the files that --change names. One thread.
#pragma once

#include "common/core/json.h"
#include "workers/cli/args.h"

namespace argosy::cli {

// Errors (B): usage; what read_file and json::parse say about a --change file.
Result<json::Value> submit_body(const Arguments& arguments);

}  // namespace argosy::cli
