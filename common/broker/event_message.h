// What others may consume: topic argosy.events, CloudEvents 1.0 in Kafka's binary mode (headers ce_*, traceparent; JSON body), keyed by
// task so that one task's events share a partition. A message carries several events of one partition:
//   ce_type dev.argosy.events.v1: {"events":[{"task_id":"..","seq":7,"time":"..","type":"step_state","data":{..},"traceparent":"00-.."},
//   ...]} ce_type dev.argosy.log.v1 (ephemeral, no seq): {"task_id":"..","step":3,"epoch":..,"attempt":1,"offset":0,"text":".."} ce_type
//   dev.argosy.running.v1 (ephemeral): {"task_id":"..","step":3,"epoch":..,"attempt":1,"queue":"testing"}
// schemas/messages/{event,log,running}.schema.json say the same. Pure, any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/events.h"
#include "common/tasks/queue.h"

namespace argosy::broker {

inline constexpr std::string_view kEventsType = "dev.argosy.events.v1";
inline constexpr std::string_view kLogType = "dev.argosy.log.v1";
inline constexpr std::string_view kRunningType = "dev.argosy.running.v1";

struct Running {
  TaskId task;
  std::int16_t step = 0;
  std::int64_t epoch = 0;
  std::int16_t attempt = 0;
  tasks::Queue queue = tasks::Queue::planning;
};

using EventMessage = std::variant<std::vector<tasks::Event>, tasks::LogChunk, Running>;

struct Encoded {
  std::map<std::string, std::string> headers;
  std::string body;
};
Encoded encode(const EventMessage& message, std::string_view source, std::string_view traceparent);
// The same of numbered events that stay where they are.
Encoded encode(std::span<const tasks::Event* const> events, std::string_view source, std::string_view traceparent);
// Errors (B): event_malformed, event_unknown_type.
Result<EventMessage> decode_event(const std::map<std::string, std::string>& headers, std::string_view body);

}  // namespace argosy::broker
