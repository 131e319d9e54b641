// The five queues and the three lanes, by name and by the numbers that SQL stores. Pure, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::tasks {

enum class Queue : std::uint8_t { planning = 1, codegen = 2, testing = 3, git = 4, notifications = 5 };
enum class Lane : std::uint8_t { urgent = 0, normal = 1, background = 2 };

inline constexpr std::array kQueues{Queue::planning, Queue::codegen, Queue::testing, Queue::git, Queue::notifications};
inline constexpr std::array kLanes{Lane::urgent, Lane::normal, Lane::background};

std::string_view to_string(Queue queue);
std::string_view to_string(Lane lane);
std::optional<Queue> queue_from_string(std::string_view text);
std::optional<Lane> lane_from_string(std::string_view text);

// "argosy.steps.codegen.normal"
std::string topic(Queue queue, Lane lane);
inline constexpr std::string_view kEventsTopic = "argosy.events";
inline constexpr std::string_view kPoisonTopic = "argosy.poison";

}  // namespace argosy::tasks
