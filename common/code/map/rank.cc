#include "common/code/map/rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace argosy::code {
namespace {

bool defines(const NameLink& link, std::uint32_t file) { return std::ranges::binary_search(link.definers, file); }

// The weight of all edges that leave a file.
std::vector<double> leaving(std::span<const NameLink> links, std::size_t files) {
  std::vector<double> out(files, 0.0);
  for (const NameLink& link : links)
    for (const auto& [user, weight] : link.users)
      out[user] += weight * static_cast<double>(link.definers.size() - (defines(link, user) ? 1 : 0));
  return out;
}

// What one name passes on to each of its definers: all that its users give, but not what the definer itself does.
template <class Give>
void pass_on(const NameLink& link, const std::vector<double>& rank, const std::vector<double>& out, Give give) {
  double all = 0.0;
  std::vector<std::pair<std::uint32_t, double>> own;
  for (const auto& [user, weight] : link.users) {
    if (out[user] <= 0.0) continue;
    const double share = rank[user] * weight / out[user];
    all += share;
    if (defines(link, user)) own.emplace_back(user, share);
  }
  for (std::size_t at = 0; at < link.definers.size(); ++at) {
    double gets = all;
    for (const auto& [user, share] : own)
      if (user == link.definers[at]) gets -= share;
    give(at, std::max(gets, 0.0));
  }
}

}  // namespace

Ranks page_rank(std::span<const NameLink> links, std::vector<double> wanted) {
  const std::size_t files = wanted.size();
  double sum = std::accumulate(wanted.begin(), wanted.end(), 0.0);
  if (sum <= 0.0) {
    std::ranges::fill(wanted, 1.0);
    sum = static_cast<double>(files);
  }
  for (double& one : wanted) one /= sum;

  const auto out = leaving(links, files);
  std::vector<double> rank(files, files == 0 ? 0.0 : 1.0 / static_cast<double>(files)), next(files);
  for (int round = 0; round < kMaxRankRounds; ++round) {
    double idle = 0.0;  // of files that use nothing: their readers begin again
    for (std::size_t file = 0; file < files; ++file)
      if (out[file] <= 0.0) idle += rank[file];
    for (std::size_t file = 0; file < files; ++file) next[file] = wanted[file] * (1.0 - kDamping + kDamping * idle);
    for (const NameLink& link : links)
      pass_on(link, rank, out, [&](std::size_t at, double gets) { next[link.definers[at]] += kDamping * gets; });
    double changed = 0.0;
    for (std::size_t file = 0; file < files; ++file) changed += std::abs(next[file] - rank[file]);
    rank.swap(next);
    if (changed < kRankSettled) break;
  }

  Ranks ranks{std::move(rank), {}};
  ranks.names.reserve(links.size());
  for (const NameLink& link : links) {
    ranks.names.emplace_back(link.definers.size(), 0.0);
    pass_on(link, ranks.files, out, [&](std::size_t at, double gets) { ranks.names.back()[at] = gets; });
  }
  return ranks;
}

}  // namespace argosy::code
