// The tasks that are measured: what a step is given and gives, and how steps hang together. Used by the feed, which submits such tasks in
// bulk, and by the planning handler, which adds such steps to tasks that came over HTTP. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/moves.h"

namespace argosy::bench {

inline constexpr std::size_t kPayloadBytes = 1000;  // what a step is given
inline constexpr std::size_t kResultBytes = 200;    // and what it hands on
inline constexpr std::string_view kRepository = "bench/engine";

// Kinds of steps; the handler goes by them.
inline constexpr std::string_view kPlain = "bench", kFailsOnce = "bench_fails_once", kHolds = "bench_holds";

enum class Shape {
  chain,   // five steps, one a queue: planning, codegen, testing, git, notifications
  fan,     // one planning step, fifty codegen steps after it, one testing step that joins them
  single,  // one codegen step, which its worker may be told to hold
};
std::optional<Shape> shape_from(std::string_view name);
std::string_view to_string(Shape shape);
std::size_t steps_of(Shape shape);

// A text of kPayloadBytes that does not compress; the prompt of a task.
std::string payload();
// What the handler makes of it: a JSON object of kResultBytes.
std::string result_of(std::string_view payload);

// The steps of a chain after its first one; the first of them comes after `first`, and their ordinals count from `from`.
std::vector<tasks::NewStep> rest_of_chain(std::int16_t first, std::int16_t from);

struct Order {
  Shape shape = Shape::chain;
  OrgId org = kDefaultOrg;
  int fail_percent = 0;  // of the steps that fail once
};
store::NewTask make_task(const Order& order);

}  // namespace argosy::bench
