// The settings as people read them, and the start of every worker's main.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "common/config/settings.h"
#include "common/config/variable_table.h"
#include "common/core/text.h"

namespace argosy::config {
namespace {

constexpr int kUsageError = 2;

std::string usage(std::string_view program, std::string_view what_it_does, bool takes_slots) {
  std::string text = fmt::format("{}: {}\n\n{}{} [--help] [--version]\n\nIt is configured by its environment:\n", program, what_it_does,
                                 program, takes_slots ? " [--slots N]" : "");
  for (const Variable& variable : variables()) {
    text += fmt::format("  {:<32} {}{}\n", variable.name, variable.doc,
                        variable.fallback.empty() ? "" : fmt::format(" Default: {}", variable.fallback));
  }
  return text + "A secret X may also come from a file named by X_FILE.\n";
}

[[noreturn]] void answer(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::exit(EXIT_SUCCESS);
}

[[noreturn]] void refuse(std::string_view program, const std::vector<std::string>& mistakes) {
  for (const std::string& mistake : mistakes) std::fputs(fmt::format("{}: {}\n", program, mistake).c_str(), stderr);
  std::exit(kUsageError);
}

std::string escaped_for_table(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

}  // namespace

std::string_view version() { return ARGOSY_VERSION; }

std::string show(const Environment& environment) {
  Settings settings;
  // A value that load() refuses is shown as it was given: who asks wants to see it.
  std::string text;
  for (const Row& row : rows()) {
    const std::string name = fmt::format("{}{}", kPrefix, row.name);
    const auto given = environment.find(name);
    const bool from_file = environment.contains(name + "_FILE");
    std::string value = row.shown_default.empty() ? text_of(row, settings) : fmt::format("({})", row.shown_default);
    if (row.secret)
      value = given != environment.end() || from_file ? "[set]" : "";
    else if (given != environment.end())
      value = given->second;
    text += fmt::format("{}={}  # {}\n", name, value, row.doc);
  }
  return text;
}

std::string document() {
  std::string text = "| Variable | Type | Default | Meaning |\n|---|---|---|---|\n";
  for (const Variable& variable : variables()) {
    text += fmt::format("| `{}` | {}{} | {} | {} |\n", variable.name, variable.type, variable.secret ? ", secret" : "",
                        variable.fallback.empty() ? "" : fmt::format("`{}`", variable.fallback), escaped_for_table(variable.doc));
  }
  return text;
}

Settings load_or_exit(int argc, char** argv, std::string_view program, std::string_view what_it_does, bool takes_slots) {
  Environment environment = process_environment();
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--help" || argument == "-h") answer(usage(program, what_it_does, takes_slots));
    if (argument == "--version") answer(fmt::format("{} {}\n", program, version()));
    if (takes_slots && argument == "--slots" && i + 1 < argc) {
      environment["ARGOSY_SLOTS"] = argv[++i];
    } else if (takes_slots && argument.starts_with("--slots=")) {
      environment["ARGOSY_SLOTS"] = argument.substr(8);
    } else {
      refuse(program, {fmt::format("\"{}\" is not understood; see --help", argument)});
    }
  }
  auto settings = load(environment);
  if (!settings) refuse(program, settings.error());
  std::vector<std::string> missing;
  if (settings->postgres_url.empty()) missing.emplace_back("ARGOSY_POSTGRES_URL is not set; `argosy up` starts everything on this machine");
  if (settings->kafka_brokers.empty())
    missing.emplace_back("ARGOSY_KAFKA_BROKERS is not set; `argosy up` starts everything on this machine");
  if (!missing.empty()) refuse(program, missing);
  return std::move(*settings);
}

}  // namespace argosy::config
