// The request that `argosy submit`'s options describe. Reads the files that --change names. One thread.
#pragma once

#include <string>

#include "common/core/json.h"
#include "workers/cli/args.h"

namespace argosy::cli {

// What a file holds; of "-" standard input. Errors: those of read_file.
Result<std::string> read_input(const std::string& file);

// Errors (B): usage; what read_file and json::parse say about a --change file.
Result<json::Value> submit_body(const Arguments& arguments);

}  // namespace argosy::cli
