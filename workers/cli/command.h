// A command of the command line: how it is called, what it does, and the exit codes that all of them share.
#pragma once

#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "workers/cli/args.h"

namespace argosy::cli {

inline constexpr std::string_view kVersion = "0.1.0";

// Promised to scripts (README).
inline constexpr int kSucceeded = 0;
inline constexpr int kFailed = 1;       // the task failed, or the check found something
inline constexpr int kUsage = 2;        // called wrongly, or the server refused the request
inline constexpr int kUnreachable = 3;  // the server cannot be reached, or is broken

struct Command {
  std::string_view name;
  std::string_view words;    // positional words, "ID"
  std::size_t least, most;   // how many of them
  std::string_view summary;  // one line
  std::string_view details;  // what `argosy help NAME` adds; may be empty
  std::span<const Option> options;
  int (*run)(const Arguments& arguments);
  std::span<const Command> (*below)() = nullptr;  // the commands of a command that only groups them; `run` is null then
};

// All commands, in the order of the help.
std::span<const Command> commands();

// "argosy: ..." on stderr, and the exit code: kUsage for the error "usage", else `code`.
int report(const Error& error, int code = kFailed);
int wrong_usage(std::string message);

}  // namespace argosy::cli
