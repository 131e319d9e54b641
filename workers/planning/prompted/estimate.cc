#include "workers/planning/prompted/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "common/core/text/usd.h"

namespace argosy::planning {
namespace {

constexpr double kMillion = 1e6;

// Nodes in the longest row.
std::size_t depth_of(const tasks::Plan& plan) {
  std::map<std::string, std::size_t> depth;
  std::size_t deepest = 1;
  for (std::size_t round = 0; round < plan.nodes.size(); ++round) {
    for (const auto& node : plan.nodes) {
      auto& own = depth[node.id];
      own = std::max<std::size_t>(own, 1);
      for (const auto& id : node.depends_on) own = std::max(own, depth[id] + 1);
      deepest = std::max(deepest, own);
    }
  }
  return deepest;
}

double usd_of_node(const llm::Prices& prices) {
  const auto usd = [](NanoUsd price) { return static_cast<double>(price) / static_cast<double>(kUsd); };
  return (kInputOfNode * usd(prices.input) + kCachedOfNode * usd(prices.cache_read) + kOutputOfNode * usd(prices.output)) / kMillion;
}

}  // namespace

tasks::Estimate estimate(const tasks::Plan& plan, const std::optional<std::chrono::milliseconds>& past, const llm::Catalogue& models) {
  tasks::Estimate out;
  if (past) {
    out.minutes = std::ceil(static_cast<double>(past->count()) / 6'000) / 10;
    out.source = "time: the median of earlier tasks in words on this repository";
  } else {
    const auto depth = depth_of(plan);
    out.minutes = kMinutesOfNode * static_cast<double>(depth) + kMinutesOfTests;
    out.source =
        fmt::format("time: {:g} minutes for each of {} nodes in a row and {:g} for the tests, since no such task has ended here yet",
                    kMinutesOfNode, depth, kMinutesOfTests);
  }
  const auto priced = std::ranges::find_if(models.models(), [](const auto& one) { return one.prices && !one.can.embedding; });
  if (priced == models.models().end()) {
    out.source += "; money: no model has a price";
    return out;
  }
  out.usd = std::ceil(usd_of_node(*priced->prices) * static_cast<double>(plan.nodes.size()) * 100) / 100;
  out.source += fmt::format("; money: {:g} tokens in, {:g} of them cached, and {:g} out for each of {} nodes at the prices of {}",
                            kInputOfNode + kCachedOfNode, kCachedOfNode, kOutputOfNode, plan.nodes.size(), priced->name);
  return out;
}

}  // namespace argosy::planning
