#include <charconv>

#include "common/broker/event_message.h"
#include "common/core/json.h"

namespace argosy::broker {
namespace {

// Exactly what rfc3339() writes: "2026-11-21T17:43:53.123Z".
std::optional<UnixMillis> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [text](std::size_t from, std::size_t size) {
    int value = 0;
    std::from_chars(text.data() + from, text.data() + from + size, value);
    return value;
  };
  using namespace std::chrono;
  const year_month_day day{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                           std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  if (!day.ok()) return std::nullopt;
  const auto at = sys_days{day} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{number(17, 2)} + milliseconds{number(20, 3)};
  return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

std::unexpected<Error> malformed(std::string_view what) {
  return fail_user("event_malformed", "an event message does not parse: " + std::string(what));
}

// The members that all three bodies name their step or task with.
struct Fields {
  const json::Value& object;

  std::optional<TaskId> task() const {
    const auto* id = object.find("task_id");
    return id != nullptr && id->is_string() ? TaskId::parse(id->as_string()) : std::nullopt;
  }
  std::optional<std::int64_t> number(std::string_view name, std::int64_t max) const {
    const auto* value = object.find(name);
    if (value == nullptr || !value->is_int() || value->as_int() < 0 || value->as_int() > max) return std::nullopt;
    return value->as_int();
  }
  const std::string* text(std::string_view name) const {
    const auto* value = object.find(name);
    return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
  }
};

std::optional<tasks::Event> read_event(const json::Value& value) {
  const Fields in{value};
  const auto task = in.task();
  const auto seq = in.number("seq", INT64_MAX);
  const auto* time = in.text("time");
  const auto* type = in.text("type");
  const auto* data = value.find("data");
  const auto* traceparent = in.text("traceparent");
  if (!task || !seq || *seq == 0 || time == nullptr || type == nullptr || data == nullptr || !data->is_object()) return std::nullopt;
  const auto at = parse_time(*time);
  if (!at) return std::nullopt;
  return tasks::Event{.task = *task,
                      .seq = *seq,
                      .at = *at,
                      .type = *type,
                      .data = json::dump(*data),
                      .traceparent = traceparent == nullptr ? std::string() : *traceparent};
}

Result<EventMessage> read_events(const json::Value& body) {
  const auto* list = body.find("events");
  if (list == nullptr || !list->is_array() || list->as_array().empty()) return malformed("no events");
  std::vector<tasks::Event> events;
  events.reserve(list->as_array().size());
  for (const auto& item : list->as_array()) {
    auto event = read_event(item);
    if (!event) return malformed("bad event");
    events.push_back(std::move(*event));
  }
  return events;
}

Result<EventMessage> read_log(const json::Value& body) {
  const Fields in{body};
  const auto task = in.task();
  const auto step = in.number("step", INT16_MAX), attempt = in.number("attempt", INT16_MAX);
  const auto epoch = in.number("epoch", INT64_MAX), offset = in.number("offset", INT64_MAX);
  const auto* text = in.text("text");
  if (!task || !step || !attempt || !epoch || !offset || text == nullptr) return malformed("bad log chunk");
  return tasks::LogChunk{.task = *task,
                         .step = static_cast<std::int16_t>(*step),
                         .epoch = *epoch,
                         .attempt = static_cast<std::int16_t>(*attempt),
                         .offset = *offset,
                         .text = *text};
}

Result<EventMessage> read_running(const json::Value& body) {
  const Fields in{body};
  const auto task = in.task();
  const auto step = in.number("step", INT16_MAX), attempt = in.number("attempt", INT16_MAX);
  const auto epoch = in.number("epoch", INT64_MAX);
  const auto* name = in.text("queue");
  const auto queue = name == nullptr ? std::nullopt : tasks::queue_from_string(*name);
  if (!task || !step || !attempt || !epoch || !queue) return malformed("bad running message");
  return Running{*task, static_cast<std::int16_t>(*step), *epoch, static_cast<std::int16_t>(*attempt), *queue};
}

}  // namespace

Result<EventMessage> decode_event(const std::map<std::string, std::string>& headers, std::string_view body) {
  const auto type = headers.find("ce_type");
  if (type == headers.end()) return malformed("no ce_type header");
  const bool events = type->second == kEventsType, log = type->second == kLogType, running = type->second == kRunningType;
  if (!events && !log && !running) return fail_user("event_unknown_type", "an event message has type " + type->second);
  const auto value = json::parse(body);
  if (!value) return malformed(value.error().message);
  if (events) return read_events(*value);
  return log ? read_log(*value) : read_running(*value);
}

}  // namespace argosy::broker
