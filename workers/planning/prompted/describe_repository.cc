#include "workers/planning/prompted/describe_repository.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "common/code/encoding.h"
#include "common/code/index/index.h"
#include "common/code/map/mentions.h"
#include "common/code/tags/tags.h"
#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxPath = 300;
// In the root: what says how the repository is built, and what people are told first.
constexpr std::array<std::string_view, 10> kManifests{"pyproject.toml", "setup.cfg",  "package.json",   "go.mod",          "pom.xml",
                                                      "build.gradle",   "Cargo.toml", "CMakeLists.txt", "CONTRIBUTING.md", "AGENTS.md"};
constexpr std::array<std::string_view, 4> kReadmes{"README.md", "README.rst", "README.txt", "README"};

std::string files_of(const std::vector<std::string>& paths) {
  std::string text;
  for (const auto& path : paths) text += text::ellipsize(text::to_utf8(path), kMaxPath) + "\n";
  return text;
}

// The folders with most files, by name.
std::string folders_of(const std::vector<std::string>& paths) {
  std::map<std::string, std::size_t> count;
  for (const auto& path : paths) {
    const auto slash = path.rfind('/');
    ++count[slash == std::string::npos ? std::string(".") : path.substr(0, slash)];
  }
  std::vector<std::pair<std::string, std::size_t>> folders(count.begin(), count.end());
  std::ranges::sort(folders, [](const auto& a, const auto& b) { return std::pair(b.second, a.first) < std::pair(a.second, b.first); });
  const auto left_out = folders.size() > kMaxListedFolders ? folders.size() - kMaxListedFolders : 0;
  folders.resize(folders.size() - left_out);
  std::ranges::sort(folders);
  std::string text;
  for (const auto& [folder, files] : folders) text += fmt::format("{}/ ({})\n", text::ellipsize(text::to_utf8(folder), kMaxPath), files);
  if (left_out > 0) text += fmt::format("and {} folders with fewer files\n", left_out);
  return text;
}

Result<bool> show(const code::SourceTree& tree, std::string_view path, std::size_t max_bytes, std::vector<llm::Untrusted>& into) {
  ARGOSY_TRY(const auto bytes, tree.read(std::string(path)));
  auto decoded = bytes ? code::decode(*bytes) : std::nullopt;
  if (!decoded || text::trim(decoded->text).empty()) return false;
  into.push_back({.source = fmt::format("file {}", path), .text = text::ellipsize(decoded->text, max_bytes), .max_bytes = max_bytes + 16});
  return true;
}

// A part of a tree.
class Part final : public code::SourceTree {
 public:
  Part(const code::SourceTree& whole, std::vector<std::string> paths) : whole_(whole), paths_(std::move(paths)) {}
  Result<std::vector<std::string>> list() const override { return paths_; }
  Result<std::optional<std::string>> read(const std::string& path) const override { return whole_.read(path); }

 private:
  const code::SourceTree& whole_;
  std::vector<std::string> paths_;
};

// What is named comes first, then what lies nearest to the root; sorted by path again.
std::vector<std::string> mapped(std::vector<std::string> sources, const std::vector<std::string>& named) {
  if (sources.size() <= kMaxMappedSources) return sources;
  const auto rank = [&](const std::string& path) {
    return std::tuple(!std::ranges::binary_search(named, path), std::ranges::count(path, '/'), path);
  };
  std::ranges::sort(sources, {}, rank);
  sources.resize(kMaxMappedSources);
  std::ranges::sort(sources);
  return sources;
}

Result<void> show_map(const code::SourceTree& tree, const std::vector<std::string>& paths, std::string_view request,
                      std::vector<llm::Untrusted>& into) {
  std::vector<std::string> sources;
  std::ranges::copy_if(paths, std::back_inserter(sources), [](const std::string& path) { return code::language_of(path).has_value(); });
  const auto all = sources.size();
  const auto named = code::mentioned_files(request, sources);
  const Part part(tree, mapped(std::move(sources), named));
  ARGOSY_TRY(const auto index, code::Index::build(part));
  auto map = code::repo_map(*index, {.tokens = kMapTokens, .names = code::mentioned_names(request, *index)});
  if (map.text.empty()) return {};
  const auto most = std::max(map.text.size(), llm::kUsualUntrusted);
  const auto of = all > kMaxMappedSources ? fmt::format(" of {} of its {} sources", kMaxMappedSources, all) : std::string();
  into.push_back({.source = "the definitions that matter most" + of, .text = std::move(map.text), .max_bytes = most});
  return {};
}

}  // namespace

Result<std::vector<llm::Untrusted>> describe_repository(const code::SourceTree& tree, std::string_view request) {
  ARGOSY_TRY(const auto paths, tree.list());
  std::vector<llm::Untrusted> shown;
  if (paths.size() <= kMaxListedFiles)
    shown.push_back({.source = fmt::format("all {} files", paths.size()), .text = files_of(paths)});
  else
    shown.push_back({.source = fmt::format("folders of {} files, with how many each holds", paths.size()), .text = folders_of(paths)});
  ARGOSY_TRY_VOID(show_map(tree, paths, request, shown));
  for (const auto path : kReadmes) {
    ARGOSY_TRY(const bool there, show(tree, path, kMaxReadmeBytes, shown));
    if (there) break;
  }
  std::size_t manifests = 0;
  for (const auto path : kManifests) {
    if (manifests == kMaxManifests) break;
    ARGOSY_TRY(const bool there, show(tree, path, kMaxManifestBytes, shown));
    manifests += there ? 1 : 0;
  }
  return shown;
}

}  // namespace argosy::planning
