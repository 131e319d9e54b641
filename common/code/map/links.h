// The names of an index as links between its files, weighted by what a reader wants to see. Used by this folder. Pure, any thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/code/index/index.h"
#include "common/code/map/rank.h"
#include "common/code/syntax/grammars.h"

namespace argosy::code {

inline constexpr double kMentionedWeight = 10.0;  // a name that the wish mentions
inline constexpr double kTellingWeight = 10.0;    // a long name of several words: it means the same wherever it stands
inline constexpr double kPrivateWeight = 0.1;     // a name that begins with an underscore
inline constexpr double kCommonWeight = 0.1;      // one that more than kMostDefiners files define
inline constexpr double kVagueWeight = 0.1;       // one that only variables, fields and methods of short names have: most uses mean others
inline constexpr double kOwnFileWeight = 50.0;    // used in a file that is worked on
inline constexpr std::size_t kMostDefiners = 5;
inline constexpr std::size_t kTellingName = 8;  // bytes

// Languages that use each other's names have the same, below kLanguages.
std::size_t family_of(Language language);

struct Links {
  std::vector<NameLink> links;
  // By family_of(): a defined name -> its link. A name of one language is none of another. Views into the files' tags.
  std::array<std::unordered_map<std::string_view, std::uint32_t>, kLanguages> names;
};

// Several words in one, with underscores, dashes or capitals between them, and not a short one.
bool is_telling(std::string_view name);
bool is_private(std::string_view name);

// Whether a use of its name most likely means it: `x.size()` and a local of that name are uses of whatever has it.
bool is_clear_name(const Definition& definition);
// Namespaces are in every file and say nothing.
bool is_shown(const Definition& definition);

// A use counts with the square root of how often the file does it.
Links links_of(std::span<const IndexedFile> files, const MapWish& wish);
// Where a reader of the wish begins: the files that it names, and those whose path or definitions hold a name that it mentions.
std::vector<double> wanted_files(std::span<const IndexedFile> files, const MapWish& wish);

}  // namespace argosy::code
