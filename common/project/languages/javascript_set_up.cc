// The package manager by its lock file. It installs into a tree with all sources (life-cycle scripts may build); what it installed is then
// moved to the cache, and the tests' tree gets folders of links to it: tools may write beside them, and workspaces' links stay right.
#include <fmt/format.h>

#include "common/core/text.h"
#include "common/project/languages/javascript.h"

namespace argosy::project::javascript {
namespace {

// Links in node_modules (to workspaces, into .pnpm, in .bin) are relative: they are copied, the rest is linked to.
constexpr std::string_view kPrepare =
    "argosy_link() { for entry in \"$1\"/* \"$1\"/.[!.]*; do name=${entry##*/}\n"
    "  if [ -L \"$entry\" ]; then cp -P \"$entry\" \"$2/$name\"; elif [ ! -e \"$entry\" ]; then :\n"
    "  else case $name in @*|.bin) mkdir -p \"$2/$name\"; (argosy_link \"$entry\" \"$2/$name\");; *) ln -s \"$entry\" \"$2/$name\";; esac; "
    "fi\n"
    "done; }\n"
    "if [ -d \"${ARGOSY_CACHE_DIR:-}/modules\" ]; then\n"
    "  (cd \"$ARGOSY_CACHE_DIR/modules\" && find . -type d -name node_modules -prune) | while read -r folder; do\n"
    "    if [ -d \"${folder%/*}\" ] && [ ! -e \"$folder\" ]; then mkdir \"$folder\"; argosy_link \"$ARGOSY_CACHE_DIR/modules/$folder\" "
    "\"$folder\"; fi\n"
    "  done\n"
    "fi\n"
    "export PATH=\"$PWD/node_modules/.bin:$PATH${ARGOSY_CACHE_DIR:+:$ARGOSY_CACHE_DIR/tools/bin}\"";

constexpr std::string_view kStore =
    "find . -type d -name node_modules -prune | while read -r folder; do mkdir -p \"$ARGOSY_CACHE_DIR/modules/${folder%/*}\" && "
    "mv \"$folder\" \"$ARGOSY_CACHE_DIR/modules/$folder\" || exit 1; done";

struct Manager {
  std::string name, lock, version;  // version: of packageManager, may be empty
};

Manager find_manager(Component& component, const Package& package) {
  const auto declared = package.json.string_or("packageManager", "");  // "pnpm@9.1.0+sha512..."
  const auto at = declared.find('@');
  const auto name = declared.substr(0, at), version = at == std::string::npos ? "" : first_version(std::string_view(declared).substr(at));
  const std::pair<const char*, const char*> locks[] = {{"pnpm-lock.yaml", "pnpm"},     {"yarn.lock", "yarn"}, {"package-lock.json", "npm"},
                                                       {"npm-shrinkwrap.json", "npm"}, {"bun.lock", "bun"},   {"bun.lockb", "bun"}};
  const std::pair<const char*, const char*>* found = nullptr;
  for (const auto& lock : locks)
    if (package.tree.has(lock.first) && (found == nullptr || name == lock.second)) found = &lock;
  if (found != nullptr) {
    component.evidence.push_back({found->first, fmt::format("is the lock file of {}", found->second)});
    return {found->second, found->first, name == found->second ? version : ""};
  }
  if (!name.empty()) {
    component.evidence.push_back({"package.json", fmt::format("packageManager is {}", text::ellipsize(declared, 60))});
    return {name, "", version};
  }
  if (package.tree.has("pnpm-workspace.yaml")) return {"pnpm", "", ""};
  return {"npm", "", ""};
}

// The major version of pnpm that wrote the lock file; a later one would refuse or rewrite it.
std::string pnpm_version(const Package& package, const Manager& manager) {
  if (!manager.version.empty()) return manager.version;
  if (manager.lock.empty()) return "9";
  const auto head = package.tree.read(manager.lock).substr(0, 200);
  const auto at = head.find("lockfileVersion");
  const auto version = at == std::string::npos ? "" : first_version(std::string_view(head).substr(at));
  return version.starts_with("9") ? "9" : version.starts_with("6") ? "8" : version.starts_with("5") ? "7" : "9";
}

bool is_berry(const Package& package, const Manager& manager) {
  if (!manager.version.empty()) return !manager.version.starts_with("1.");
  return package.tree.has(".yarnrc.yml") ||
         (!manager.lock.empty() && mentions(package.tree.read(manager.lock).substr(0, 500), "__metadata:"));
}

std::string install_tool(const std::string& program, const std::string& npm_package) {
  return fmt::format("command -v {0} >/dev/null || npm install --global --prefix \"$ARGOSY_CACHE_DIR/tools\" --no-audit --no-fund {1}",
                     program, npm_package);
}

void add_commands(SetUp& set_up, const Package& package, const Manager& manager) {
  constexpr std::string_view path = "PATH=\"$PATH:$ARGOSY_CACHE_DIR/tools/bin\"";
  if (manager.name == "pnpm") {
    set_up.commands.push_back(install_tool("pnpm", "pnpm@" + pnpm_version(package, manager)));
    set_up.env["npm_config_manage_package_manager_versions"] = "false";
    set_up.commands.push_back(fmt::format("{} pnpm install {} --store-dir \"$ARGOSY_CACHE_DIR/pnpm-store\" --package-import-method=copy",
                                          path, manager.lock.empty() ? "--no-lockfile" : "--frozen-lockfile"));
    set_up.commands.emplace_back("rm -rf \"$ARGOSY_CACHE_DIR/pnpm-store\"");
  } else if (manager.name == "yarn" && is_berry(package, manager)) {
    const auto version = manager.version.empty() ? "4" : manager.version;
    set_up.commands.push_back(install_tool("yarn", "@yarnpkg/cli-dist@" + version));
    set_up.env.insert({{"YARN_NODE_LINKER", "node-modules"},
                       {"YARN_ENABLE_TELEMETRY", "0"},
                       {"YARN_ENABLE_GLOBAL_CACHE", "false"},
                       {"YARN_CACHE_FOLDER", "/tmp/yarn-cache"}});
    set_up.commands.push_back(fmt::format("{} yarn install{}", path, manager.lock.empty() ? "" : " --immutable"));
  } else if (manager.name == "yarn") {
    set_up.commands.push_back(install_tool("yarn", "yarn@1"));
    set_up.commands.push_back(fmt::format("{} yarn install --non-interactive --cache-folder /tmp/yarn-cache{}", path,
                                          manager.lock.empty() ? " --no-lockfile" : " --frozen-lockfile"));
  } else if (manager.name == "bun") {
    set_up.commands.push_back(install_tool("bun", "bun"));
    set_up.commands.push_back(fmt::format("{} bun install{}", path, manager.lock.empty() ? "" : " --frozen-lockfile"));
  } else {
    set_up.commands.emplace_back(manager.lock.empty() ? "npm install --no-audit --no-fund --no-package-lock"
                                                      : "npm ci --no-audit --no-fund");
  }
}

}  // namespace

void add_set_up(Component& component, const Package& package) {
  const auto manager = find_manager(component, package);
  component.package_manager = manager.name;
  auto& set_up = component.set_up;
  for (const char* file : {"package.json", ".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml"})
    if (package.tree.has(file)) set_up.key_files.emplace_back(file);
  if (!manager.lock.empty()) set_up.key_files.push_back(manager.lock);
  if (package.packages.empty() && !package.has_workspaces) return;
  // Development packages count, whatever the machine says; the cache of npm itself is of no use later.
  set_up.env = {{"NODE_ENV", "development"},
                {"CI", "true"},
                {"npm_config_cache", "/tmp/npm-cache"},
                {"HUSKY", "0"},
                {"npm_config_update_notifier", "false"}};
  set_up.registries = {"npm"};
  set_up.caches = {{"node_modules", "modules"}};
  add_commands(set_up, package, manager);
  set_up.commands.emplace_back(kStore);
  component.test.prepare = kPrepare;
}

}  // namespace argosy::project::javascript
