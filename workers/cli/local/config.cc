#include <fmt/format.h>

#include "common/config/settings.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"

namespace argosy::cli {

int config_command(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  if (what == "doc") {
    fmt::print("{}", config::document());
    return kSucceeded;
  }
  const auto environment = config::process_environment();
  if (what != "check" && what != "show") return wrong_usage(fmt::format("config knows doc, check and show, not \"{}\"", what));
  if (const auto settings = config::load(environment); !settings) {
    for (const auto& line : settings.error()) fmt::print(stderr, "argosy: {}\n", line);
    return kFailed;
  }
  fmt::print("{}", what == "show" ? config::show(environment) : "the configuration is fine\n");
  return kSucceeded;
}

}  // namespace argosy::cli
