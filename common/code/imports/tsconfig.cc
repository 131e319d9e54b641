#include "common/code/imports/tsconfig.h"

#include <algorithm>
#include <cctype>

#include "common/core/json.h"

namespace argosy::code::imports {
namespace {

void apply(const Repository& repository, const std::string& file, TsConfig& config, int& left);

void extend(const Repository& repository, const std::string& file, const std::string& base, TsConfig& config, int& left) {
  if (!base.starts_with('.')) return;  // of a package: not in the repository
  auto path = below(folder_of(file), base);
  if (path && !path->ends_with(".json")) *path += ".json";
  if (path) apply(repository, *path, config, left);
}

// Lays what the file says over the configuration; what it extends first.
void apply(const Repository& repository, const std::string& file, TsConfig& config, int& left) {
  if (left-- <= 0 || !repository.paths.has(file)) return;
  const auto bytes = repository.tree.read(file);
  if (!bytes || !*bytes || (*bytes)->size() > kMostManifest) return;
  const auto parsed = json::parse(plain_json(**bytes));
  if (!parsed) return;
  if (const auto* bases = parsed->find("extends"); bases != nullptr && bases->is_string())
    extend(repository, file, bases->as_string(), config, left);
  for (const json::Value& base : parsed->array_or_empty("extends"))
    if (base.is_string()) extend(repository, file, base.as_string(), config, left);

  const auto* options = parsed->find("compilerOptions");
  if (options == nullptr) return;
  if (const auto* base = options->find("baseUrl"); base != nullptr && base->is_string()) {
    const auto folder = below(folder_of(file), base->as_string());
    config.has_base = folder.has_value();
    config.base = folder.value_or("");
  }
  const auto* paths = options->find("paths");
  if (paths == nullptr || !paths->is_object()) return;
  config.paths.clear();
  // Without baseUrl they are meant from the file that they stand in.
  const std::string from = config.has_base ? config.base : folder_of(file);
  for (const auto& [pattern, targets] : paths->as_object()) {
    std::vector<std::string> where;
    if (!targets.is_array()) continue;
    for (const json::Value& target : targets.as_array())
      if (auto path = target.is_string() ? below(from, target.as_string()) : std::nullopt) where.push_back(std::move(*path));
    config.paths.emplace_back(pattern, std::move(where));
  }
}

}  // namespace

std::string plain_json(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const std::size_t start = at;
      for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\') ++at;
      out += text.substr(start, at + 1 - start);
    } else if (text.substr(at).starts_with("//")) {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (text.substr(at).starts_with("/*")) {
      const auto end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 1;
    } else {
      if (c == '}' || c == ']') {
        while (!out.empty() && std::isspace(static_cast<unsigned char>(out.back())) != 0) out.pop_back();
        if (out.ends_with(',')) out.pop_back();
      }
      out += c;
    }
  }
  if (out.starts_with("\xef\xbb\xbf")) out.erase(0, 3);
  return out;
}

std::map<std::string, TsConfig, std::less<>> ts_configs(const Repository& repository) {
  std::map<std::string, TsConfig, std::less<>> all;
  for (const char* name : {"tsconfig.json", "jsconfig.json"}) {
    for (const auto& [file, text] : manifests(repository, name)) {
      const auto [found, is_new] = all.try_emplace(folder_of(file));
      int left = kMostExtends;
      if (is_new) apply(repository, file, found->second, left);
    }
  }
  return all;
}

std::vector<std::string> mapped(const TsConfig& config, std::string_view module) {
  std::vector<std::string> out;
  const std::pair<std::string, std::vector<std::string>>* best = nullptr;
  std::size_t longest = 0;
  for (const auto& one : config.paths) {
    const std::string_view pattern = one.first;
    const auto star = pattern.find('*');
    const auto start = pattern.substr(0, star);
    const auto end = star == std::string_view::npos ? std::string_view() : pattern.substr(star + 1);
    const bool fits = star == std::string_view::npos
                          ? module == pattern
                          : module.size() >= start.size() + end.size() && module.starts_with(start) && module.ends_with(end);
    // The longest beginning wins, a whole name before all.
    const std::size_t length = star == std::string_view::npos ? pattern.size() + 1'000 : start.size() + 1;
    if (!fits || length <= longest) continue;
    best = &one;
    longest = length;
  }
  if (best != nullptr) {
    const auto star = best->first.find('*');
    const auto rest = star == std::string::npos ? std::string_view() : module.substr(star, module.size() + 1 - best->first.size());
    for (std::string where : best->second) {
      if (const auto hole = where.find('*'); hole != std::string::npos) where.replace(hole, 1, rest);
      out.push_back(std::move(where));
    }
  }
  if (config.has_base)
    if (auto path = below(config.base, module)) out.push_back(std::move(*path));
  return out;
}

}  // namespace argosy::code::imports
