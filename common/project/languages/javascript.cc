// package.json: its own test script where there is one, with a machine-readable report asked for when the tool is known and the script
// is one plain command, or a chain of such.
#include "common/project/languages/javascript.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::project {
namespace javascript {
namespace {

constexpr std::string_view kNoTests = "no test specified";  // what `npm init` writes

bool prefers_typescript(const Package& package) {
  const auto typescript = count_sources(package.tree, {".ts", ".tsx", ".mts", ".cts"});
  const auto javascript = count_sources(package.tree, {".js", ".jsx", ".mjs", ".cjs"});
  return (package.tree.has("tsconfig.json") || package.depends_on("typescript")) ? typescript * 2 > javascript : typescript > javascript;
}

std::string wanted_version(Component& component, const Package& package) {
  for (const char* file : {".nvmrc", ".node-version"})
    if (auto line = first_line(package.tree, file); !line.empty()) {
      component.evidence.push_back({file, fmt::format("asks for Node.js {}", line)});
      return line;
    }
  for (const char* key : {"volta", "engines"}) {
    const auto* wanted = package.json.find(key);
    const auto version = wanted == nullptr ? "" : wanted->string_or("node", "");
    if (version.empty()) continue;
    component.evidence.push_back({"package.json", fmt::format("{} asks for Node.js {}", key, version)});
    return version;
  }
  return {};
}

}  // namespace

std::string Package::script(const std::string& name) const {
  const auto found = scripts.find(name);
  return found == scripts.end() || mentions(found->second, kNoTests) ? std::string() : found->second;
}

std::optional<Package> read_package(const Tree& tree) {
  if (!tree.has("package.json")) return std::nullopt;
  auto bytes = tree.read("package.json");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  auto parsed = json::parse(bytes);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  Package package{.tree = tree, .json = std::move(*parsed), .scripts = {}, .packages = {}};
  if (const auto* scripts = package.json.find("scripts"); scripts != nullptr && scripts->is_object())
    for (const auto& [name, text] : scripts->as_object())
      if (text.is_string()) package.scripts[name] = text.as_string();
  for (const char* group : {"dependencies", "devDependencies", "peerDependencies", "optionalDependencies"})
    if (const auto* listed = package.json.find(group); listed != nullptr && listed->is_object())
      for (const auto& [name, version] : listed->as_object()) package.packages.insert(name);
  package.has_workspaces = package.json.find("workspaces") != nullptr || tree.has("pnpm-workspace.yaml") || tree.has("lerna.json");
  return package;
}

}  // namespace javascript

std::optional<Component> detect_javascript(const Tree& tree, const Programs&) {
  const auto package = javascript::read_package(tree);
  if (!package) return std::nullopt;
  Component component;
  component.language = javascript::prefers_typescript(*package) ? "typescript" : "javascript";
  component.evidence.push_back({"package.json", "is a Node.js package's"});
  if (component.language == "typescript")
    component.evidence.push_back({tree.has("tsconfig.json") ? "tsconfig.json" : "package.json", "most sources are TypeScript"});
  component.runtime_version_wanted = javascript::wanted_version(component, *package);
  component.needs = {need_program("node", "Node.js", "nodejs")};
  component.test.env = {{"CI", "true"}, {"NO_COLOR", "1"}, {"FORCE_COLOR", "0"}};
  const bool has_tests = javascript::choose_tests(component, *package);
  if (!has_tests && !package->has_workspaces && package->packages.empty() &&
      count_sources(tree, {".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx"}) == 0)
    return std::nullopt;
  if (!has_tests) component.test = {};
  javascript::add_checks(component, *package);
  javascript::add_set_up(component, *package);
  return component;
}

}  // namespace argosy::project
