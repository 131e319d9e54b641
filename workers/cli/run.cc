#include "workers/cli/run.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include <fmt/format.h>

#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

const Command* find(std::span<const Command> all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Command::name);
  return found == all.end() ? nullptr : &*found;
}

std::string call_of(const Command& command, std::string_view group) {
  return fmt::format("argosy {}{}{}{}{}{}", group, group.empty() ? "" : " ", command.name, command.words.empty() ? "" : " ", command.words,
                     command.options.empty() ? "" : " [OPTION...]");
}

std::string page_of(const Command& command, std::string_view group = "") {
  auto out = fmt::format("{}\n\n{}.\n", call_of(command, group), command.summary);
  if (!command.details.empty()) out += fmt::format("{}\n", command.details);
  if (!command.options.empty() || command.below != nullptr) out += "\n";
  for (const auto& option : command.options) {
    out +=
        fmt::format("  {:<24} {}{}\n", fmt::format("{} {}", option.name, option.values), option.doc, option.repeats ? " (may repeat)" : "");
  }
  if (command.below == nullptr) return out;
  for (const auto& one : command.below()) out += fmt::format("  {:<16} {}\n", one.name, one.summary);
  return out + fmt::format("\nargosy help {} NAME tells more.\n", command.name);
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
  for (const auto& command : commands()) out += fmt::format("  {:<13} {}\n", command.name, command.summary);
  out +=
      "\nargosy help COMMAND tells more. Exit codes: 0 succeeded, 1 the task failed, 2 called wrongly or refused, 3 the server cannot be "
      "reached.\n"
      "The client commands read ARGOSY_URL, and ARGOSY_TOKEN_FILE or ARGOSY_TOKEN.\n";
  return out;
}

std::string help(std::string_view name) {
  const auto* command = find(commands(), name);
  return command == nullptr ? "" : page_of(*command);
}

std::string help(std::string_view group, std::string_view name) {
  const auto* outer = find(commands(), group);
  const auto* command = outer == nullptr || outer->below == nullptr ? nullptr : find(outer->below(), name);
  return command == nullptr ? "" : page_of(*command, group);
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
  const bool asks = words[0] == "help";
  const bool wants_help = asks || std::ranges::find(words, "--help") != words.end();
  auto rest = std::span(words).subspan(asks ? 1 : 0);
  const auto* command = find(commands(), rest[0]);
  if (command == nullptr) return usage(fmt::format("there is no command \"{}\"", rest[0]));
  std::string group, path(command->name);
  if (command->below != nullptr && rest.size() > 1 && rest[1] != "--help") {
    group = path;
    rest = rest.subspan(1);
    command = find(command->below(), rest[0]);
    if (command == nullptr) return usage(fmt::format("there is no {} \"{}\"", group, rest[0]), group);
    path += " " + rest[0];
  }
  if (wants_help) {
    fmt::print("{}", page_of(*command, group));
    return kSucceeded;
  }
  if (command->run == nullptr) return usage("a word is missing", path);
  const auto arguments = parse_arguments(rest.subspan(1), command->options, command->least, command->most);
  if (!arguments) return usage(arguments.error().message, path);
  return command->run(*arguments);
}

}  // namespace argosy::cli
