// The dispatch message: "these steps are ready", internal and small. Wire form (schemas/messages/dispatch.schema.json):
//   {"v":1,"traceparent":"00-...","steps":[["<task uuid>",3],...]}
// It is a hint: a step is claimed by its row, so a duplicate, late or forged message costs one index probe. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"

namespace argosy::broker {

inline constexpr std::size_t kMaxStepsPerDispatch = 256;

struct Dispatch {
  std::string traceparent;  // of the first step's request, or empty
  std::vector<StepRef> steps;
};

std::string encode(const Dispatch& dispatch);
// The hot path's own strict reader. Errors (B): dispatch_malformed, dispatch_unknown_version, dispatch_too_large.
Result<Dispatch> decode_dispatch(std::string_view body);

}  // namespace argosy::broker
