// PageRank over who uses whose names. A name that many files define and many use would be an edge for every pair of them; here it is one
// node in the middle that passes on what it gets, which gives the same ranks at the cost of the sum instead of the product. Pure, any
// thread; the same input gives the same ranks to the last bit.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace argosy::code {

inline constexpr double kDamping = 0.85;
inline constexpr int kMaxRankRounds = 100;      // of the power iteration
inline constexpr double kRankSettled = 1.0e-9;  // all changes of a round together, below which it ends

// A name: an edge of the weight from each user to each definer, also to itself. Without that a file that mostly uses what is its own would
// give all of its rank to the few names that it shares with others.
struct NameLink {
  std::vector<std::pair<std::uint32_t, double>> users;  // each once
  std::vector<std::uint32_t> definers;                  // sorted, each once
};

struct Ranks {
  std::vector<double> files;               // their sum is 1
  std::vector<std::vector<double>> names;  // by link and definer: what the definer gets from others through that name
};

// `wanted`: where a reader begins, and begins again, by weight; all equal when none of them is above 0. One a file.
Ranks page_rank(std::span<const NameLink> links, std::vector<double> wanted);

}  // namespace argosy::code
