#include "workers/fanout/frames.h"

#include <fmt/format.h>

#include "common/core/json.h"

namespace argosy::fanout {
namespace {

Frame shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Frame shared(json::Object object) { return shared(json::dump(std::move(object))); }

}  // namespace

Frame hello_frame(const Hello& hello) {
  return shared(json::Object{{"type", "hello"},
                             {"task_id", hello.task.to_string()},
                             {"head", hello.head},
                             {"from", hello.from},
                             {"continuous", hello.continuous},
                             {"history", hello.history}});
}

Frame log_hello_frame(const TaskId& task, std::int16_t step) {
  return shared(json::Object{{"type", "hello"}, {"task_id", task.to_string()}, {"step", std::int64_t{step}}});
}

Frame sandbox_hello_frame(const SandboxId& id) { return shared(json::Object{{"type", "hello"}, {"sandbox_id", id.to_string()}}); }

Frame event_frame(const tasks::Event& event) {
  return shared(
      fmt::format(R"({{"type":{},"seq":{},"time":"{}","data":{}}})", json::quote(event.type), event.seq, rfc3339(event.at), event.data));
}

Frame running_frame(const broker::Running& running) {
  return shared(json::Object{{"type", "running"},
                             {"data", json::Object{{"step", std::int64_t{running.step}},
                                                   {"queue", tasks::to_string(running.queue)},
                                                   {"attempt", std::int64_t{running.attempt}}}}});
}

Frame log_frame(const tasks::LogChunk& chunk) {
  return shared(json::Object{
      {"type", "log"},
      {"data",
       json::Object{
           {"step", std::int64_t{chunk.step}}, {"attempt", std::int64_t{chunk.attempt}}, {"offset", chunk.offset}, {"text", chunk.text}}}});
}

Frame log_gap_frame(const tasks::LogChunk& chunk, const LogHole& hole) {
  return shared(json::Object{
      {"type", "log_gap"},
      {"data",
       json::Object{{"step", std::int64_t{chunk.step}}, {"attempt", std::int64_t{chunk.attempt}}, {"from", hole.from}, {"to", hole.to}}}});
}

}  // namespace argosy::fanout
