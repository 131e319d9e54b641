#include "workers/cli/run.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include <fmt/format.h>

#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::string_view kVersion = "0.1.0";

const Command* find_command(std::string_view name) {
  const auto all = commands();
  const auto found = std::ranges::find(all, name, &Command::name);
  return found == all.end() ? nullptr : &*found;
}

std::string call_of(const Command& command) {
  return fmt::format("argosy {}{}{}{}", command.name, command.words.empty() ? "" : " ", command.words,
                     command.options.empty() ? "" : " [OPTION...]");
}

int usage(std::string_view message, std::string_view command = "") {
  fmt::print(stderr, "argosy{}{}: {} (see: argosy help{}{})\n", command.empty() ? "" : " ", command, message, command.empty() ? "" : " ",
             command);
  return kUsage;
}

}  // namespace

int report(const Error& error, int code) {
  fmt::print(stderr, "argosy: {}{}{}\n", error.message, error.hint.empty() ? "" : "\n        ", error.hint);
  return error.code == "usage" ? kUsage : code;
}

int wrong_usage(std::string message) { return report(usage_error(std::move(message)).error()); }

std::string help() {
  std::string out = "argosy COMMAND [WORD...] [OPTION...]\n\n";
  for (const auto& command : commands()) out += fmt::format("  {:<9} {}\n", command.name, command.summary);
  out +=
      "\nargosy help COMMAND tells more. Exit codes: 0 succeeded, 1 the task failed, 2 called wrongly or refused, 3 the server cannot be "
      "reached.\n"
      "The client commands read ARGOSY_URL, and ARGOSY_TOKEN_FILE or ARGOSY_TOKEN.\n";
  return out;
}

std::string help(std::string_view name) {
  const auto* command = find_command(name);
  if (command == nullptr) return "";
  auto out = fmt::format("{}\n\n{}.\n", call_of(*command), command->summary);
  if (!command->details.empty()) out += fmt::format("{}\n", command->details);
  if (!command->options.empty()) out += "\n";
  for (const auto& option : command->options) {
    out +=
        fmt::format("  {:<24} {}{}\n", fmt::format("{} {}", option.name, option.values), option.doc, option.repeats ? " (may repeat)" : "");
  }
  return out;
}

int run(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || (words[0] == "help" && words.size() == 1)) {
    fmt::print(words.empty() ? stderr : stdout, "{}", help());
    return words.empty() ? kUsage : kSucceeded;
  }
  if (words[0] == "--version" || words[0] == "version") {
    fmt::print("argosy {}\n", kVersion);
    return kSucceeded;
  }
  const bool wants_help = words[0] == "help" || std::ranges::find(words, "--help") != words.end();
  const auto& name = words[0] == "help" ? words[1] : words[0];
  const auto* command = find_command(name);
  if (command == nullptr) return usage(fmt::format("there is no command \"{}\"", name));
  if (wants_help) {
    fmt::print("{}", help(name));
    return kSucceeded;
  }
  const auto arguments = parse_arguments(std::span(words).subspan(1), command->options, command->least, command->most);
  if (!arguments) return usage(arguments.error().message, name);
  return command->run(*arguments);
}

}  // namespace argosy::cli
