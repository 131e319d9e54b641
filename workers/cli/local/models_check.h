// `argosy models check NAME`: asks a live model what it can do. Used by models.cc. One thread.
#pragma once

#include <string>

#include "common/llm/check/report.h"
#include "common/llm/models/catalogue.h"
#include "workers/cli/args.h"

namespace argosy::cli {

// `path`: of models.yaml; what was found is written beside it.
int check_model(const llm::Catalogue& catalogue, const std::string& path, const Arguments& arguments);

// "8 ok; weak: stream; fails: usage"
std::string grades_text(const llm::CheckReport& report);

}  // namespace argosy::cli
