// `argosy models route`: who is asked for a call, and why. Used by models.cc. One thread.
#pragma once

#include <string>

#include "common/llm/models/catalogue.h"
#include "workers/cli/args.h"

namespace argosy::cli {

// `path`: of models.yaml; what checks found stands beside it.
int route_call(const llm::Catalogue& catalogue, const std::string& path, const Arguments& arguments);

}  // namespace argosy::cli
