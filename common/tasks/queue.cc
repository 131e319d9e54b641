#include "common/tasks/queue.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::tasks {
namespace {

constexpr std::array<std::string_view, 5> kQueueNames{"planning", "codegen", "testing", "git", "notifications"};
constexpr std::array<std::string_view, 3> kLaneNames{"urgent", "normal", "background"};

}  // namespace

std::string_view to_string(Queue queue) { return kQueueNames[static_cast<std::size_t>(queue) - 1]; }
std::string_view to_string(Lane lane) { return kLaneNames[static_cast<std::size_t>(lane)]; }

std::optional<Queue> queue_from_string(std::string_view text) {
  const auto* hit = std::ranges::find(kQueues, text, [](Queue queue) { return to_string(queue); });
  return hit == kQueues.end() ? std::nullopt : std::optional(*hit);
}

std::optional<Lane> lane_from_string(std::string_view text) {
  const auto* hit = std::ranges::find(kLanes, text, [](Lane lane) { return to_string(lane); });
  return hit == kLanes.end() ? std::nullopt : std::optional(*hit);
}

std::string topic(Queue queue, Lane lane) { return fmt::format("argosy.steps.{}.{}", to_string(queue), to_string(lane)); }

}  // namespace argosy::tasks
