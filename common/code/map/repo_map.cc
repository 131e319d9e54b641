#include "common/code/map/repo_map.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/code/map/links.h"
#include "common/code/map/page.h"

namespace argosy::code {
namespace {

// Of its file's rank, what a definition has by standing there: it orders those that nobody else uses.
constexpr double kStanding = 0.01;
constexpr double kTypePart = 10.0;

double own_weight(const Definition& definition) {
  const double weight = definition.exported ? 1.0 : 0.5;
  return is_private(definition.name) ? weight * kPrivateWeight : weight;
}

bool is_type(TagKind kind) {
  return kind == TagKind::klass || kind == TagKind::interface || kind == TagKind::structure || kind == TagKind::enumeration ||
         kind == TagKind::type;
}

// How much of what comes in by its name is meant for it: less for data, and a type comes before its constructors.
double part_of(const Definition& definition) {
  if (!is_clear_name(definition)) return kVagueWeight;
  return is_type(definition.kind) ? kTypePart : 1.0;
}

// Definitions of one name in one file (overloads, methods of several classes) share what comes in by that name.
std::vector<RankedDefinition> scored(std::span<const IndexedFile> files, const MapWish& wish, const Links& links, const Ranks& ranks) {
  const std::set<std::string, std::less<>> mentioned(wish.names.begin(), wish.names.end()), own(wish.files.begin(), wish.files.end());
  std::vector<RankedDefinition> all;
  for (std::uint32_t at = 0; at < files.size(); ++at) {
    if (own.contains(files[at].path)) continue;
    const auto& definitions = files[at].tags->definitions;
    std::unordered_map<std::string_view, double> namesakes;
    for (const Definition& definition : definitions) namesakes[definition.name] += part_of(definition);
    for (std::uint32_t i = 0; i < definitions.size(); ++i) {
      if (!is_shown(definitions[i])) continue;
      const auto link = links.names[family_of(files[at].tags->language)].at(definitions[i].name);
      const auto& definers = links.links[link].definers;
      const auto place = static_cast<std::size_t>(std::ranges::lower_bound(definers, at) - definers.begin());
      const double part = std::min(part_of(definitions[i]), part_of(definitions[i]) / namesakes.at(definitions[i].name));
      double score = ranks.names[link][place] * part +
                     ranks.files[at] / static_cast<double>(definitions.size()) * kStanding * own_weight(definitions[i]);
      // Who names it wants to see it, used or not: all that flows through names is at most 1.
      if (mentioned.contains(definitions[i].name)) score += 1.0 + ranks.files[at];
      all.push_back({at, i, score});
    }
  }
  return all;
}

}  // namespace

std::size_t estimated_tokens(std::string_view text) { return (text.size() + 2) / 3; }

Ranking rank_definitions(std::span<const IndexedFile> files, const MapWish& wish) {
  const Links links = links_of(files, wish);
  Ranks ranks = page_rank(links.links, wanted_files(files, wish));
  auto all = scored(files, wish, links, ranks);
  // Files are in the order of their paths, so equal scores have one order too.
  std::ranges::sort(all, [&](const RankedDefinition& a, const RankedDefinition& b) {
    return std::tuple(-a.score, -ranks.files[a.file], a.file, a.definition) <
           std::tuple(-b.score, -ranks.files[b.file], b.file, b.definition);
  });
  return {std::move(all), std::move(ranks.files)};
}

RepoMap repo_map(std::span<const IndexedFile> files, const MapWish& wish) {
  const Ranking ranking = rank_definitions(files, wish);
  MapPage page(files, wish.tokens * 3);  // estimated_tokens() turned round
  std::size_t misfits = 0;
  for (const RankedDefinition& one : ranking.definitions) {
    misfits = page.add(one.file, one.definition) ? 0 : misfits + 1;
    if (misfits > kMostMisfits) break;
  }
  RepoMap map{page.text(), 0, {}};
  map.tokens = estimated_tokens(map.text);
  for (const auto file : page.files()) map.files.push_back(files[file].path);
  return map;
}

RepoMap repo_map(const Index& index, const MapWish& wish) { return repo_map(index.files(), wish); }

}  // namespace argosy::code
