// Which partition a step's hint and a task's events go to, and how they are cut into messages. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "common/broker/dispatch.h"
#include "common/core/ids.h"
#include "common/tasks/events.h"
#include "common/tasks/step.h"

namespace argosy::broker {

// The number of partitions is not known yet: librdkafka chooses, once it is.
inline constexpr std::int32_t kAnyPartition = -1;

// Siblings spread: the hash is of the step, not of its task.
std::int32_t partition_of(const StepRef& step, int partitions);
std::int32_t partition_of(const TaskId& task, int partitions);
// One of the others, `turn` says which; the only one when there is no other.
std::int32_t other_partition(std::int32_t partition, int partitions, std::uint64_t turn);

// Cuts into messages of at most kMaxStepsPerDispatch, each with the traceparent of its first step.
std::vector<Dispatch> cut(const std::vector<const tasks::ReadyStep*>& steps);
// Cuts into messages that stay far below the broker's limit of 1 MB; parts of `events`.
std::vector<std::span<const tasks::Event* const>> cut(std::span<const tasks::Event* const> events);

}  // namespace argosy::broker
