#include "common/broker/event_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/json.h"

namespace argosy::broker {
namespace {

using Events = std::span<const tasks::Event* const>;

// Members' names, ids and numbers of one event.
constexpr std::size_t kEventFrame = 160;

std::string encode_events(Events events) {
  std::size_t size = 0;
  for (const auto* event : events) size += event->type.size() + event->data.size() + event->traceparent.size() + kEventFrame;
  std::string body;
  body.reserve(size + kEventFrame);
  body += R"({"events":[)";
  // Those of one call were written at one time.
  UnixMillis at = 0;
  std::string time;
  for (const auto* event : events) {
    if (body.back() == '}') body += ',';
    if (time.empty() || event->at != at) time = rfc3339(at = event->at);
    body.append(R"({"task_id":")").append(event->task.to_string());
    body.append(R"(","seq":)").append(std::to_string(event->seq));
    body.append(R"(,"time":")").append(time);
    body.append(R"(","type":)").append(json::quote(event->type));
    // It is the JSON object that the store numbered, and not parsed again here.
    body.append(R"(,"data":)").append(event->data);
    if (!event->traceparent.empty()) body.append(R"(,"traceparent":)").append(json::quote(event->traceparent));
    body += '}';
  }
  body += "]}";
  return body;
}

struct Parts {
  std::string_view type;
  std::string id, subject, body;
};

// The id is derived from what the message says, so that a repeated publish is recognizable as one (CloudEvents: source + id).
Parts parts_of(Events events) {
  Parts parts{.type = kEventsType, .id = "empty", .subject = {}, .body = encode_events(events)};
  if (events.empty()) return parts;
  const auto& first = *events.front();
  parts.id = fmt::format("{}/{}+{}", first.task.to_string(), first.seq, events.size());
  const bool one_task = std::ranges::all_of(events, [&](const tasks::Event* event) { return event->task == first.task; });
  if (one_task) parts.subject = first.task.to_string();
  return parts;
}

Parts parts_of(const std::vector<tasks::Event>& events) {
  std::vector<const tasks::Event*> pointers;
  pointers.reserve(events.size());
  for (const auto& event : events) pointers.push_back(&event);
  return parts_of(pointers);
}

Parts parts_of(const tasks::LogChunk& log) {
  const auto task = log.task.to_string();
  return {.type = kLogType,
          .id = fmt::format("{}/{}/{}/{}", task, log.step, log.epoch, log.offset),
          .subject = task,
          .body = fmt::format(R"({{"task_id":"{}","step":{},"epoch":{},"attempt":{},"offset":{},"text":{}}})", task, log.step, log.epoch,
                              log.attempt, log.offset, json::quote(log.text))};
}

Parts parts_of(const Running& running) {
  const auto task = running.task.to_string();
  return {.type = kRunningType,
          .id = fmt::format("{}/{}/{}", task, running.step, running.epoch),
          .subject = task,
          .body = fmt::format(R"({{"task_id":"{}","step":{},"epoch":{},"attempt":{},"queue":"{}"}})", task, running.step, running.epoch,
                              running.attempt, tasks::to_string(running.queue))};
}

Encoded message_of(Parts parts, std::string_view source, std::string_view traceparent) {
  Encoded out;
  out.headers = {{"ce_specversion", "1.0"},
                 {"ce_id", std::move(parts.id)},
                 {"ce_source", std::string(source)},
                 {"ce_type", std::string(parts.type)},
                 {"content-type", "application/json"}};
  if (!parts.subject.empty()) out.headers.emplace("ce_subject", std::move(parts.subject));
  if (!traceparent.empty()) out.headers.emplace("traceparent", traceparent);
  out.body = std::move(parts.body);
  return out;
}

}  // namespace

Encoded encode(const EventMessage& message, std::string_view source, std::string_view traceparent) {
  return message_of(std::visit([](const auto& what) { return parts_of(what); }, message), source, traceparent);
}

Encoded encode(std::span<const tasks::Event* const> events, std::string_view source, std::string_view traceparent) {
  return message_of(parts_of(events), source, traceparent);
}

}  // namespace argosy::broker
