// Cargo: crates and workspaces.
#include <fmt/format.h>

#include "common/project/languages/language.h"
#include "common/project/text_tools.h"

namespace argosy::project {

std::optional<Component> detect_rust(const Tree& tree, const Programs& has_program) {
  if (!tree.has("Cargo.toml")) return std::nullopt;
  const Sections cargo(tree.read("Cargo.toml"));
  const auto strings = [](const std::string& value) { return strings_of(value).empty() ? std::string() : strings_of(value).front(); };
  Component component{.language = "rust", .framework = "cargo test", .package_manager = "cargo"};
  component.evidence.push_back({"Cargo.toml", cargo.find("workspace") != nullptr ? "is a workspace of Cargo" : "is a crate of Cargo"});
  component.runtime_version_wanted = strings(cargo.value("package", "rust-version"));
  if (const auto file = first_of(tree, {"rust-toolchain.toml", "rust-toolchain"}); !file.empty()) {
    const auto channel = strings(Sections(tree.read(file)).value("toolchain", "channel"));
    component.runtime_version_wanted = channel.empty() ? first_line(tree, file) : channel;
    component.evidence.push_back({file, fmt::format("asks for Rust {}", component.runtime_version_wanted)});
  }
  component.needs = {need_program("cargo", "Rust", "cargo")};
  const std::string all = cargo.find("workspace") != nullptr ? " --workspace" : "";
  auto& test = component.test;
  test.runner = "cargo";
  test.reason = "Cargo.toml in the root: cargo test";
  test.command = fmt::format("cargo test --no-fail-fast{}", all);
  test.env = {{"CARGO_NET_OFFLINE", "true"}, {"CARGO_TERM_COLOR", "never"}};
  test.exit_code_decides = true;
  test.one_case = test.command + " -- --exact {name}";
  auto& set_up = component.set_up;
  const bool locked = tree.has("Cargo.lock");
  set_up.key_files = {locked ? "Cargo.lock" : "Cargo.toml"};
  set_up.commands = {locked ? "cargo fetch --locked" : "cargo fetch && cp Cargo.lock \"$ARGOSY_CACHE_DIR/Cargo.lock\""};
  set_up.env = {{"CARGO_HOME", "$ARGOSY_CACHE_DIR/cargo"}};
  set_up.caches = {{"cargo", "cargo"}};
  set_up.registries = {"crates"};
  test.prepare =
      "if [ -d \"${ARGOSY_CACHE_DIR:-}/cargo\" ]; then export CARGO_HOME=\"$ARGOSY_CACHE_DIR/cargo\"; fi\n"
      "if [ -f \"${ARGOSY_CACHE_DIR:-}/Cargo.lock\" ] && [ ! -e Cargo.lock ]; then cp \"$ARGOSY_CACHE_DIR/Cargo.lock\" .; fi";
  if (has_program && has_program("rustfmt")) component.format.push_back({"rustfmt", "it is installed", "rustfmt {files}", {".rs"}});
  return component;
}

}  // namespace argosy::project
