// Which package a Go import means: by the module paths that go.mod files give their folders.
#include <array>

#include "common/code/languages/go/go.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr auto kUnreadable = std::to_array<std::string_view>({".s", ".S"});
constexpr auto kForeign = std::to_array<std::string_view>({".git", "vendor", "testdata", "node_modules"});

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

// The path that a go.mod gives its folder, or empty.
std::string module_path(std::string_view go_mod) {
  for (const auto line : text::lines(go_mod)) {
    auto rest = text::trim(line);
    if (!rest.starts_with("module ") && !rest.starts_with("module\t")) continue;
    rest = text::trim(rest.substr(7));
    rest = text::trim(rest.substr(0, rest.find("//")));
    return std::string(rest.starts_with('"') ? content_of(rest) : rest);
  }
  return {};
}

// The importable package of a folder, or nothing.
std::optional<std::string> package_in(const Project& project, const Rules& rules, const std::string& folder) {
  for (const std::string& path : project.sources()) {
    if (folder_of(path) != folder || path.ends_with("_test.go")) continue;
    const Model* model = project.model(path);
    if (model != nullptr && model->package != "main" && !model->package.empty()) return rules.module_of(*model);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Language> GoRules::language_of(std::string_view path) const {
  return path.ends_with(".go") ? std::optional(Language::go) : std::nullopt;
}

std::span<const std::string_view> GoRules::unreadable_extensions() const { return kUnreadable; }

std::span<const std::string_view> GoRules::foreign_folders() const { return kForeign; }

std::string GoRules::module_of(const Model& model) const { return folder_of(model.path) + ":" + model.package; }

std::vector<std::string> GoRules::resolve(const Project& project, const Model&, std::string_view module) const {
  std::string folder;
  std::size_t longest = 0;
  bool any = false;
  for (const std::string& path : project.manifests()) {
    if (!path.ends_with("go.mod")) continue;
    const Decoded* source = project.text(path);
    const std::string prefix = source == nullptr ? "" : module_path(source->text);
    any = any || !prefix.empty();
    if (prefix.empty() || prefix.size() <= longest || !module.starts_with(prefix)) continue;
    const auto rest = module.substr(prefix.size());
    if (!rest.empty() && rest.front() != '/') continue;
    longest = prefix.size();
    folder = folder_of(path);
    if (!rest.empty()) folder += (folder.empty() ? "" : "/") + std::string(rest.substr(1));
  }
  if (longest > 0) {
    const auto found = package_in(project, *this, folder);
    return {found.value_or(std::string(kUnknownModule))};
  }
  // Without a go.mod nobody knows the paths: a folder of that name may be meant.
  const auto last = module.substr(module.rfind('/') + 1);
  if (!any && module.contains('.') && (project.has_folder(last) || package_in(project, *this, "") == ":" + std::string(last)))
    return {std::string(kUnknownModule)};
  return {};
}

std::string GoRules::dotted_name(const Project&, const std::string& module) const {
  std::string name = module.substr(module.rfind(':') + 1);
  if (name.ends_with("_test")) name.resize(name.size() - 5);
  return name;
}

}  // namespace argosy::code
