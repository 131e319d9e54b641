#include "common/code/map/links.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr double kEverybody = 0.1;  // of a reader's beginnings lie anywhere, so that no file is without rank

using Mentioned = std::set<std::string, std::less<>>;

bool holds_name(std::string_view path, const Mentioned& names) {
  if (names.contains(path)) return true;
  for (const auto part : text::split(path, '/'))
    if (names.contains(part) || names.contains(part.substr(0, part.find('.')))) return true;
  return false;
}

double weight_of(std::string_view name, std::size_t definers, bool clear, const Mentioned& mentioned) {
  double weight = clear ? 1.0 : kVagueWeight;
  if (mentioned.contains(name)) weight *= kMentionedWeight;
  if (clear && is_telling(name)) weight *= kTellingWeight;
  if (is_private(name)) weight *= kPrivateWeight;
  if (definers > kMostDefiners) weight *= kCommonWeight;
  return weight;
}

}  // namespace

bool is_clear_name(const Definition& definition) {
  if (definition.kind == TagKind::variable || definition.kind == TagKind::field) return false;
  return definition.kind != TagKind::method || is_telling(definition.name);
}

std::size_t family_of(Language language) {
  if (language == Language::typescript || language == Language::tsx) language = Language::javascript;
  if (language == Language::cpp) language = Language::c;
  return static_cast<std::size_t>(language);
}

bool is_private(std::string_view name) { return name.starts_with('_') || name.starts_with('#'); }

bool is_telling(std::string_view name) {
  if (name.size() < kTellingName) return false;
  bool joined = false, lower = false, capital_inside = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    joined = joined || ((c == '_' || c == '-') && i > 0 && i + 1 < name.size());
    capital_inside = capital_inside || (lower && std::isupper(c) != 0);
    lower = lower || std::islower(c) != 0;
  }
  return joined || capital_inside;
}

bool is_shown(const Definition& definition) { return definition.kind != TagKind::module; }

Links links_of(std::span<const IndexedFile> files, const MapWish& wish) {
  const Mentioned mentioned(wish.names.begin(), wish.names.end()), own(wish.files.begin(), wish.files.end());
  Links all;
  std::vector<bool> is_clear;  // by link: a use of that name most likely means one of its definers
  for (std::uint32_t at = 0; at < files.size(); ++at) {
    for (const Definition& definition : files[at].tags->definitions) {
      if (!is_shown(definition)) continue;
      const auto [found, is_new] =
          all.names[family_of(files[at].tags->language)].try_emplace(definition.name, static_cast<std::uint32_t>(all.links.size()));
      if (is_new) {
        all.links.emplace_back();
        is_clear.push_back(false);
      }
      if (is_clear_name(definition)) is_clear[found->second] = true;
      auto& definers = all.links[found->second].definers;
      if (definers.empty() || definers.back() != at) definers.push_back(at);
    }
  }
  std::vector<double> weights(all.links.size());
  for (const auto& family : all.names)
    for (const auto& [name, link] : family) weights[link] = weight_of(name, all.links[link].definers.size(), is_clear[link], mentioned);
  std::unordered_map<std::uint32_t, std::uint32_t> uses;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> counted;
  for (std::uint32_t at = 0; at < files.size(); ++at) {
    uses.clear();
    const auto& names = all.names[family_of(files[at].tags->language)];
    for (const Reference& reference : files[at].tags->references)
      if (const auto found = names.find(reference.name); found != names.end()) uses[found->second] += reference.count;
    counted.assign(uses.begin(), uses.end());
    std::ranges::sort(counted);  // sums must not depend on the order of a hash table
    const double factor = own.contains(files[at].path) ? kOwnFileWeight : 1.0;
    for (const auto& [link, count] : counted)
      all.links[link].users.emplace_back(at, factor * weights[link] * std::sqrt(static_cast<double>(count)));
  }
  return all;
}

std::vector<double> wanted_files(std::span<const IndexedFile> files, const MapWish& wish) {
  const Mentioned mentioned(wish.names.begin(), wish.names.end()), own(wish.files.begin(), wish.files.end());
  std::vector<double> wanted(files.size(), 0.0);
  double sum = 0.0;
  for (std::size_t at = 0; at < files.size(); ++at) {
    if (own.contains(files[at].path)) wanted[at] += 1.0;
    if (holds_name(files[at].path, mentioned)) wanted[at] += 1.0;
    const auto named = [&](const Definition& one) { return mentioned.contains(one.name); };
    if (!mentioned.empty() && std::ranges::any_of(files[at].tags->definitions, named)) wanted[at] += 1.0;
    sum += wanted[at];
  }
  if (sum <= 0.0) return wanted;
  for (double& one : wanted) one = (1.0 - kEverybody) * one / sum + kEverybody / static_cast<double>(files.size());
  return wanted;
}

}  // namespace argosy::code
