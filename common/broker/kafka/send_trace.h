// The spans of one message of dispatches, one in the trace of each task that is traced: a message may name steps of many. It carries the
// context of the first of them, and who consumes it links to that. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/tasks/step.h"
#include "common/telemetry/tracing/tracing.h"

namespace argosy::broker {

class SendTrace {
 public:
  // `steps`: those that the message names. Before it is sent.
  explicit SendTrace(std::span<const tasks::ReadyStep* const> steps);
  // What the message is to carry; empty: nobody is traced.
  const std::string& traceparent() const { return traceparent_; }
  // `taken`: false where the producer had no room.
  void sent(const std::string& topic, std::int32_t partition, bool taken);

 private:
  std::vector<telemetry::Span> spans_;
  std::string traceparent_;
};

}  // namespace argosy::broker
