#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/sandbox/layers.h"
#include "workers/cli/command.h"
#include "workers/cli/local/doctor_sandbox.h"

namespace argosy::cli {
namespace {

// One line a layer; the remedies below those that are absent. True when every required layer is active.
bool print(sandbox::Class kind, const std::vector<std::string>& required) {
  const auto layers = sandbox::survey(kind);
  fmt::print("class {}\n", sandbox::to_string(kind));
  bool fine = true;
  for (const auto& layer : layers) {
    const bool needed = std::ranges::find(required, layer.name) != required.end();
    fine = fine && (layer.active || !needed);
    fmt::print("{:<7} {:<14} {}{}\n",
               layer.active ? "active"
               : needed     ? "MISSING"
                            : "absent",
               layer.name, layer.text, needed ? "" : "  (not required)");
    if (!layer.active) fmt::print("{:<22} -> {}\n", "", layer.remedy);
  }
  return fine;
}

}  // namespace

int doctor_sandbox(const config::Settings& settings) {
  const auto chosen = settings.sandbox == "gvisor" ? sandbox::Class::gvisor : sandbox::Class::bwrap;
  bool fine = true;
  for (const auto kind : {sandbox::Class::bwrap, sandbox::Class::gvisor}) {
    const bool held = print(kind, kind == chosen ? settings.sandbox_require : std::vector<std::string>{});
    fine = fine && held;
    fmt::print("\n");
  }
  if (settings.sandbox == "none-i-understand")
    fmt::print("ARGOSY_SANDBOX=none-i-understand: none of this is used.\n");
  else if (!fine)
    fmt::print("Tests are refused here: class {} lacks what ARGOSY_SANDBOX_REQUIRE names.\n", sandbox::to_string(chosen));
  return fine ? kSucceeded : kFailed;
}

}  // namespace argosy::cli
