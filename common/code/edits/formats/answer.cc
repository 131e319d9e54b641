#include "common/code/edits/formats/answer.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxPathBytes = 1024;

// Files without a dot in their names that projects have.
constexpr auto kBareNames =
    std::to_array<std::string_view>({"Makefile", "Dockerfile", "LICENSE", "README", "Gemfile", "Rakefile", "Procfile", "Jenkinsfile",
                                     "CHANGELOG", "CODEOWNERS", "Vagrantfile", "BUILD", "WORKSPACE"});
constexpr auto kLabels = std::to_array<std::string_view>({"file:", "filename:", "filepath:", "file path:", "path:", "file name:"});

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool looks_like_path(std::string_view text) {
  if (text.empty() || text.size() > kMaxPathBytes || text.ends_with('/') || text.contains("://")) return false;
  if (text.find_first_of(" \t<>|*?\"'`(){}[];=,") != std::string_view::npos) return false;
  const auto name = name_of(text);
  const auto dot = name.rfind('.');
  const bool has_extension =
      dot != std::string_view::npos && dot + 1 < name.size() && std::isalnum(static_cast<unsigned char>(name[dot + 1]));
  return has_extension || name.starts_with('.') || std::ranges::find(kBareNames, name) != kBareNames.end() ||
         (text.contains('/') &&
          name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos);
}

std::string_view without_label(std::string_view text) {
  const auto lower = text::lower(text);
  for (const auto label : kLabels)
    if (lower.starts_with(label)) return text::trim(text.substr(label.size()));
  return text;
}

// "### **`src/a.py`**:" -> "src/a.py"
std::string_view undecorated(std::string_view line) {
  auto text = text::trim(line);
  for (const std::string_view comment : {"//", "<!--", "/*", "--"})
    if (text.starts_with(comment)) text = text::trim(text.substr(comment.size()));
  for (const std::string_view comment : {"-->", "*/"})
    if (text.ends_with(comment)) text = text::trim(text.substr(0, text.size() - comment.size()));
  const auto strip = [&text] {
    const auto first = text.find_first_not_of("#*`\"'> \t");
    text = first == std::string_view::npos ? std::string_view() : text.substr(first);
    const auto last = text.find_last_not_of("#*`\"':, \t");
    text = last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
  };
  strip();
  text = without_label(text);
  strip();
  return text;
}

}  // namespace

std::optional<Fence> fence_of(std::string_view line) {
  const auto text = text::trim(line);
  if (text.empty() || (text[0] != '`' && text[0] != '~')) return std::nullopt;
  const auto length = std::min(text.find_first_not_of(text[0]), text.size());
  if (length < 3) return std::nullopt;
  const auto info = text::trim(text.substr(length));
  if (text[0] == '`' && info.contains('`')) return std::nullopt;  // a word in backticks, not a fence
  return Fence{text[0], length, info};
}

Answer::Answer(std::string_view text, const SourceTree& tree) : text_(text), tree_(tree) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.push_back(line);
    at = end + 1;
  }
}

bool Answer::is_file(const std::string& path) const {
  if (path.empty() || path.size() > kMaxPathBytes || path.starts_with('/')) return false;
  const auto bytes = tree_.read(path);
  return bytes && bytes->has_value();
}

bool Answer::file_begins_with(const std::string& path, std::string_view line) const {
  const auto bytes = tree_.read(path);
  return bytes && *bytes && text::trim(std::string_view(**bytes).substr(0, (*bytes)->find('\n'))) == text::trim(line);
}

std::optional<std::string> Answer::path_in(std::string_view line) const {
  const auto text = undecorated(line);
  if (text.empty() || text.size() > kMaxPathBytes) return std::nullopt;
  std::string path(text.starts_with("./") ? text.substr(2) : text);
  if (looks_like_path(path) || is_file(path)) return path;
  // "src/a.py (new)": the name and a remark.
  const auto space = path.find(' ');
  if (space != std::string::npos && path.ends_with(')') && path.substr(space + 1).starts_with('(') &&
      looks_like_path(path.substr(0, space)))
    return path.substr(0, space);
  return std::nullopt;
}

std::optional<std::string> Answer::path_beside(std::string_view info) const {
  info = text::trim(info);
  if (info.empty()) return std::nullopt;
  for (const std::string_view key : {"title=", "file=", "filename=", "path="}) {
    if (const auto at = info.find(key); at != std::string_view::npos) {
      const auto rest = info.substr(at + key.size());
      return path_in(rest.substr(0, rest.find(' ')));
    }
  }
  if (const auto space = info.find(' '); space != std::string_view::npos) {
    if (auto path = path_in(info.substr(space + 1))) return path;
    if (auto path = path_in(info.substr(0, space))) return path;
    return std::nullopt;
  }
  if (const auto colon = info.find(':'); colon != std::string_view::npos)
    if (auto path = path_in(info.substr(colon + 1))) return path;
  // "c++" and "text" are languages, "a.py" is a file.
  if (info.contains('.') || info.contains('/')) return path_in(info);
  return std::ranges::find(kBareNames, info) != kBareNames.end() ? path_in(info) : std::nullopt;
}

std::optional<std::string> Answer::path_mentioned(std::string_view line) const {
  std::optional<std::string> found;
  const auto parts = text::split(line, '`');
  for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
    const std::string path(parts[i]);
    if (!looks_like_path(path) || !is_file(path) || found == path) continue;
    if (found) return std::nullopt;
    found = path;
  }
  return found;
}

std::string Answer::diff_path(std::string_view written, std::string_view other) const {
  const auto plain = [](std::string_view path) {
    path = text::trim(path.substr(0, path.find('\t')));
    if (path.size() > 1 && path.starts_with('"') && path.ends_with('"')) path = path.substr(1, path.size() - 2);
    return path.starts_with("./") ? path.substr(2) : path;
  };
  const std::string path(plain(written));
  const std::string_view beside = plain(other);
  const bool prefixed = path.starts_with("a/") || path.starts_with("b/");
  if (!prefixed) return path;
  const bool both =
      beside == "/dev/null" || ((beside.starts_with("a/") || beside.starts_with("b/")) && beside.substr(0, 2) != path.substr(0, 2));
  return both || !is_file(path) ? path.substr(2) : path;
}

std::vector<std::string> copy_lines(const std::vector<std::string_view>& lines, std::size_t begin, std::size_t end) {
  return {lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace argosy::code
