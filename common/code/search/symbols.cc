#include "common/code/search/symbols.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <tuple>

#include "common/core/text.h"

namespace argosy::code {
namespace {

enum class Kind : std::uint8_t { lower, upper, digit, other };

Kind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (std::isupper(byte) != 0) return Kind::upper;
  if (std::isdigit(byte) != 0) return Kind::digit;
  return std::islower(byte) != 0 || byte >= 0x80 ? Kind::lower : Kind::other;
}

// Each word of the query begins a word of the name, in their order.
bool begin_words(const std::vector<std::string>& query, const std::vector<std::string>& name) {
  std::size_t at = 0;
  for (const std::string& word : name)
    if (at < query.size() && word.starts_with(query[at])) ++at;
  return at == query.size();
}

struct Query {
  std::string_view scope, name;
  std::string lower;
  std::vector<std::string> words;
};

std::optional<SymbolMatch> match(const Query& query, const Definition& definition) {
  if (!query.scope.empty()) {
    const std::string_view scope = definition.scope;
    const bool inside =
        scope.ends_with(query.scope) && (scope.size() == query.scope.size() || scope[scope.size() - query.scope.size() - 1] == '.');
    if (!inside) return std::nullopt;
  }
  if (definition.name == query.name) return SymbolMatch::exact;
  const std::string lower = text::lower(definition.name);
  if (lower == query.lower) return SymbolMatch::same_but_case;
  if (lower.starts_with(query.lower)) return SymbolMatch::prefix;
  if (!query.words.empty() && begin_words(query.words, words_of(definition.name))) return SymbolMatch::words;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(SymbolMatch match) {
  static constexpr std::array<std::string_view, 4> kNames{"exact", "case", "prefix", "words"};
  return kNames.at(static_cast<std::size_t>(match));
}

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool open = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const Kind here = kind_of(name[i]);
    if (here == Kind::other) {
      open = false;
      continue;
    }
    const Kind before = i == 0 ? Kind::other : kind_of(name[i - 1]);
    const bool acronym_ends = here == Kind::upper && before == Kind::upper && i + 1 < name.size() && kind_of(name[i + 1]) == Kind::lower;
    const bool begins = !open || (here != before && !(here == Kind::lower && before == Kind::upper)) || acronym_ends;
    if (begins) words.emplace_back();
    words.back() += text::lower(name.substr(i, 1));
    open = true;
  }
  return words;
}

std::vector<SymbolHit> search_symbols(std::span<const IndexedFile> files, std::string_view text, std::size_t most) {
  const auto dot = text.rfind('.');
  Query query{dot == std::string_view::npos ? std::string_view() : text.substr(0, dot), text.substr(dot + 1), {}, {}};
  if (query.name.empty()) return {};
  query.lower = text::lower(query.name);
  query.words = words_of(query.name);
  std::vector<SymbolHit> hits;
  for (const IndexedFile& file : files)
    for (const Definition& definition : file.tags->definitions)
      if (const auto how = match(query, definition)) hits.push_back({&file, &definition, *how});
  const auto key = [](const SymbolHit& hit) {
    return std::tuple(hit.match, !hit.definition->exported, hit.definition->name.size(), std::string_view(hit.file->path),
                      hit.definition->line);
  };
  std::ranges::sort(hits, {}, key);
  if (hits.size() > most) hits.resize(most);
  return hits;
}

}  // namespace argosy::code
