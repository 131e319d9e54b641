// What a text in plain words names of a repository: its files, and what they define. Used for repo maps and contexts. Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/index/index.h"

namespace argosy::code {

inline constexpr std::size_t kMostMentioned = 100;   // files and names each
inline constexpr std::size_t kMostOfAPlainWord = 5;  // definitions of a word that may as well be prose ("count"): above, it is

// Those of `paths` that stand in the text as words of their own, in their order.
std::vector<std::string> mentioned_files(std::string_view text, std::span<const std::string> paths);
// Words of the text that the index has definitions of, in the order of the text, each once. A word that nobody writes so in prose
// (`marked`, called(), of_several_words, innerCapitals, with1digit) counts always, a plain one only when few definitions have it.
std::vector<std::string> mentioned_names(std::string_view text, const Index& index);

}  // namespace argosy::code
