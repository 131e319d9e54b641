// An answer that is known before it is asked for, brought as a model brings one: after a while, piece by piece, with the fault that ends
// it, and stopped when it is stopped. Used by ScriptedModel and ReplayingModel. Any thread; what waits holds none.
#pragma once

#include <chrono>

#include "common/llm/call/model.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

struct Playback {
  CallResult result{};     // with a fault: answer.text is what came before it
  std::size_t pieces = 1;  // that the text is shown in, where the call streams; never inside of a character
  // Before the first piece, between two. Longer than the time-outs of the call, it ends as one that was too slow.
  std::chrono::milliseconds delay{}, pause{};
};

// Calls `done` once: before this returns when there is nothing to wait for, else on the thread of `after`.
void play(Playback playback, CallOptions options, const After& after, OnDone done);

}  // namespace argosy::llm
