#include "workers/planning/changes/mentions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr std::array<std::string_view, 5> kDocumentEndings{".md", ".rst", ".adoc", ".txt", ".mdx"};

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Not a part of something longer; of "/orders" neither "/orders/{id}" nor "/orders_old".
bool stands_alone(std::string_view text, std::size_t at, std::string_view name) {
  const auto end = at + name.size();
  const bool is_path = name.front() == '/';
  if (at > 0 && is_of_word(text[at - 1]) && (!is_path && is_of_word(name.front()))) return false;
  if (end == text.size()) return true;
  if (is_path && (text[end] == '/' || text[end] == '{' || text[end] == '-') && name.back() != '/') return false;
  return !is_of_word(text[end]) || !is_of_word(name.back());
}

bool written_as_code(std::string_view text, std::size_t at, std::string_view name) {
  const char before = at == 0 ? ' ' : text[at - 1];
  const char after = at + name.size() == text.size() ? ' ' : text[at + name.size()];
  return before == '`' || before == '.' || before == ':' || after == '`' || after == '(';
}

}  // namespace

bool is_document(std::string_view path) {
  return std::ranges::any_of(kDocumentEndings, [&](auto ending) { return path.ends_with(ending); });
}

bool looks_like_a_name(std::string_view word) {
  if (word.size() < 3) return false;
  if (word.front() == '/') return true;
  for (std::size_t i = 1; i + 1 < word.size(); ++i)
    if (word[i] == '_' || word[i] == '.' || word[i] == '/') return true;
  for (std::size_t i = 1; i < word.size(); ++i)
    if (std::isupper(static_cast<unsigned char>(word[i])) != 0 && std::islower(static_cast<unsigned char>(word[i - 1])) != 0) return true;
  return false;
}

std::map<std::string, int> mentions_in(std::string_view text, const std::vector<std::string>& names) {
  std::map<std::string, int> found;
  for (const auto& name : names) {
    if (name.empty() || name.size() > kMaxMentionedName) continue;
    const bool is_clear = looks_like_a_name(name);
    int count = 0;
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size()))
      count += stands_alone(text, at, name) && (is_clear || written_as_code(text, at, name)) ? 1 : 0;
    if (count > 0) found[name] = count;
  }
  return found;
}

Result<std::vector<Mention>> mentioning_documents(const code::SourceTree& tree, const std::vector<std::string>& names,
                                                  const std::function<bool()>& cancelled) {
  std::vector<Mention> found;
  if (names.empty()) return found;
  ARGOSY_TRY(const auto paths, tree.list());
  std::size_t read = 0, bytes_read = 0;
  for (const auto& path : paths) {
    if (!is_document(path)) continue;
    if (cancelled()) return fail_transient("cancelled", "the step was cancelled");
    if (read++ == kMaxReadDocuments || found.size() == kMaxDocuments || bytes_read > kMaxDocumentsBytes) break;
    ARGOSY_TRY(const auto bytes, tree.read(path));
    if (!bytes || bytes->size() > kMaxDocumentBytes) continue;
    bytes_read += bytes->size();
    if (auto names_there = mentions_in(*bytes, names); !names_there.empty())
      found.push_back({.document = path, .names = std::move(names_there)});
  }
  return found;
}

}  // namespace argosy::planning
