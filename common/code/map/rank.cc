#include "common/code/map/rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace argosy::code {
namespace {

// The weight of all edges that leave a file.
std::vector<double> leaving(std::span<const NameLink> links, std::size_t files) {
  std::vector<double> out(files, 0.0);
  for (const NameLink& link : links)
    for (const auto& [user, weight] : link.users) out[user] += weight * static_cast<double>(link.definers.size());
  return out;
}

// What one name passes on to each of its definers.
double passed_on(const NameLink& link, const std::vector<double>& rank, const std::vector<double>& out) {
  double all = 0.0;
  for (const auto& [user, weight] : link.users)
    if (out[user] > 0.0) all += rank[user] * weight / out[user];
  return all;
}

// By definer, without what it gives itself.
std::vector<double> from_others(const NameLink& link, const std::vector<double>& rank, const std::vector<double>& out) {
  std::vector<double> inflow(link.definers.size(), passed_on(link, rank, out));
  for (const auto& [user, weight] : link.users) {
    const auto definer = std::ranges::lower_bound(link.definers, user);
    if (definer == link.definers.end() || *definer != user || out[user] <= 0.0) continue;
    double& own = inflow[static_cast<std::size_t>(definer - link.definers.begin())];
    own = std::max(own - rank[user] * weight / out[user], 0.0);
  }
  return inflow;
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
    for (const NameLink& link : links) {
      const double inflow = kDamping * passed_on(link, rank, out);
      for (const auto definer : link.definers) next[definer] += inflow;
    }
    double changed = 0.0;
    for (std::size_t file = 0; file < files; ++file) changed += std::abs(next[file] - rank[file]);
    rank.swap(next);
    if (changed < kRankSettled) break;
  }

  Ranks ranks{std::move(rank), {}};
  ranks.names.reserve(links.size());
  for (const NameLink& link : links) ranks.names.push_back(from_others(link, ranks.files, out));
  return ranks;
}

}  // namespace argosy::code
