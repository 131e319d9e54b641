// `argosy tool NAME`: what the workers know, one thing at a time, for scripts. No server, no configuration; JSON on standard output.
// Each returns an exit code (command.h): kUsage also for what cannot be read.
#pragma once

#include <span>

#include "workers/cli/command.h"

namespace argosy::cli {

// All tools, in the order of the help.
std::span<const Command> tools();

int parse_report(const Arguments& arguments);
int parse_coverage(const Arguments& arguments);
int parse_lint(const Arguments& arguments);
int parse_stream(const Arguments& arguments);
int detect_project(const Arguments& arguments);
int apply_edits(const Arguments& arguments);
int rename_tool(const Arguments& arguments);
int refactor(const Arguments& arguments);
int tags(const Arguments& arguments);
int judge_stuck(const Arguments& arguments);

}  // namespace argosy::cli
