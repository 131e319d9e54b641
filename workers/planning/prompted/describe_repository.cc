#include "workers/planning/prompted/describe_repository.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "common/code/encoding.h"
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

}  // namespace

Result<std::vector<llm::Untrusted>> describe_repository(const code::SourceTree& tree) {
  ARGOSY_TRY(const auto paths, tree.list());
  std::vector<llm::Untrusted> shown;
  if (paths.size() <= kMaxListedFiles)
    shown.push_back({.source = fmt::format("all {} files", paths.size()), .text = files_of(paths)});
  else
    shown.push_back({.source = fmt::format("folders of {} files, with how many each holds", paths.size()), .text = folders_of(paths)});
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
