// What clients read, as JSON text (schemas/asyncapi.yaml describes it). Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/broker/event_message.h"
#include "common/tasks/events.h"
#include "workers/fanout/ephemeral_order.h"
#include "workers/fanout/event_order.h"

namespace argosy::fanout {

struct Hello {
  TaskId task;
  std::int64_t head = 0;   // last seq of the task when the client came
  std::int64_t from = 0;   // events after this one follow
  bool continuous = true;  // false: forget what you have, the stream starts over after `from`
  std::string_view history;
};
Frame hello_frame(const Hello& hello);
Frame log_hello_frame(const TaskId& task, std::int16_t step);
Frame sandbox_hello_frame(const SandboxId& id);

// {"type":"step_state","seq":7,"time":"...","data":{...}}: `data` is passed through as the store numbered it.
Frame event_frame(const tasks::Event& event);
// {"type":"running","data":{"step":3,"queue":"testing","attempt":1}}, without seq
Frame running_frame(const broker::Running& running);
// {"type":"log","data":{"step":3,"attempt":1,"offset":0,"text":"..."}}
Frame log_frame(const tasks::LogChunk& chunk);
// {"type":"log_gap","data":{"step":3,"attempt":1,"from":0,"to":10}}
Frame log_gap_frame(const tasks::LogChunk& chunk, const LogHole& hole);

}  // namespace argosy::fanout
