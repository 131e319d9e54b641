#include "common/broker/event_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/json.h"

namespace argosy::broker {
namespace {

std::string encode_events(const std::vector<tasks::Event>& events) {
  std::string body = R"({"events":[)";
  for (const auto& event : events) {
    if (body.back() == '}') body += ',';
    // `data` is the JSON object that the store numbered; it is not parsed again here.
    body += fmt::format(R"({{"task_id":"{}","seq":{},"time":"{}","type":{},"data":{})", event.task.to_string(), event.seq,
                        rfc3339(event.at), json::quote(event.type), event.data);
    if (!event.traceparent.empty()) body += R"(,"traceparent":)" + json::quote(event.traceparent);
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
Parts parts_of(const std::vector<tasks::Event>& events) {
  Parts parts{.type = kEventsType, .id = "empty", .subject = {}, .body = encode_events(events)};
  if (events.empty()) return parts;
  parts.id = fmt::format("{}/{}+{}", events.front().task.to_string(), events.front().seq, events.size());
  const bool one_task = std::ranges::all_of(events, [&](const tasks::Event& event) { return event.task == events.front().task; });
  if (one_task) parts.subject = events.front().task.to_string();
  return parts;
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

}  // namespace

Encoded encode(const EventMessage& message, std::string_view source, std::string_view traceparent) {
  auto parts = std::visit([](const auto& what) { return parts_of(what); }, message);
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

}  // namespace argosy::broker
