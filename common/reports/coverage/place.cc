// Paths of coverage reports made those of the tree.
#include <algorithm>
#include <iterator>
#include <optional>

#include "common/core/text.h"
#include "common/reports/coverage/coverage.h"

namespace argosy::reports {
namespace {

// Without "./", "//", and with ".." taken back; Windows' separators as ours.
std::string tidy(std::string_view path) {
  std::string plain(path);
  std::ranges::replace(plain, '\\', '/');
  std::vector<std::string_view> parts;
  for (const auto part : text::split(plain, '/')) {
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (!part.empty() && part != ".")
      parts.push_back(part);
  }
  std::string out;
  for (const auto part : parts) out += (out.empty() && !plain.starts_with('/') ? "" : "/") + std::string(part);
  return out;
}

bool is_absolute(std::string_view path) { return path.starts_with('/') || (path.size() > 2 && path[1] == ':' && path[2] == '/'); }

std::optional<std::string> below(std::string_view folder, std::string_view path) {
  if (folder.empty() || !path.starts_with(folder) || path.size() <= folder.size() + 1 || path[folder.size()] != '/') return std::nullopt;
  return std::string(path.substr(folder.size() + 1));
}

std::string reversed(std::string_view text) { return {text.rbegin(), text.rend()}; }

class Placer {
 public:
  Placer(const CoveredTree& tree, const std::vector<std::string>& sources) : tree_(tree), root_(tidy(tree.root)) {
    for (const auto& source : sources) sources_.push_back(tidy(source));
    for (const auto& file : tree.files) backwards_.push_back(reversed(file));
    std::ranges::sort(backwards_);
  }

  std::string place(const std::string& path) const {
    const auto plain = tidy(path);
    if (const auto inner = below(root_, plain)) return *inner;
    if (const auto inner = below(tree_.go_module, plain)) return *inner;
    if (!is_absolute(plain)) {
      if (const auto found = in_sources(plain)) return *found;
      if (is_file(plain)) return plain;
      return ending(plain).value_or(plain);
    }
    // Tests that ran elsewhere: the longest end of the path that is one of the tree's.
    for (auto slash = plain.find('/'); slash != std::string::npos; slash = plain.find('/', slash + 1))
      if (auto end = plain.substr(slash + 1); is_file(end)) return end;
    return plain;
  }

 private:
  bool is_file(const std::string& path) const { return std::ranges::binary_search(tree_.files, path); }

  std::optional<std::string> in_sources(const std::string& path) const {
    std::optional<std::string> only;
    for (const auto& source : sources_) {
      const auto whole = tidy(source + "/" + path);
      const auto inner = is_absolute(whole) ? below(root_, whole) : std::optional(whole);
      if (!inner) continue;
      if (is_file(*inner)) return inner;
      only = tree_.files.empty() && sources_.size() == 1 ? inner : std::nullopt;
    }
    return only;
  }

  // The one file whose path ends with it; none when there are several.
  std::optional<std::string> ending(const std::string& path) const {
    const auto end = reversed("/" + path);
    const auto it = std::ranges::lower_bound(backwards_, end);
    if (it == backwards_.end() || !it->starts_with(end)) return std::nullopt;
    if (std::next(it) != backwards_.end() && std::next(it)->starts_with(end)) return std::nullopt;
    return reversed(*it);
  }

  const CoveredTree& tree_;
  std::string root_;
  std::vector<std::string> sources_;
  std::vector<std::string> backwards_;  // the tree's files, reversed and sorted: ends become beginnings
};

}  // namespace

void place_files(Coverage& coverage, const CoveredTree& tree) {
  const Placer placer(tree, coverage.sources);
  Coverage placed;
  placed.format = coverage.format;
  placed.sources = coverage.sources;
  placed.truncated = coverage.truncated;
  // Two spellings of one file become one.
  for (auto& [path, file] : coverage.files) {
    Coverage one;
    one.files.emplace(placer.place(path), std::move(file));
    merge(placed, std::move(one));
  }
  coverage = std::move(placed);
}

}  // namespace argosy::reports
