// A model that can be asked. start() is the primitive: hundreds of calls wait at once and hold no thread. Layers stand on each other by
// this interface, from the inside: one exchange over HTTP (http_model.h); whoever pays, each try on its own (money/paying_model.h); the
// route, on to the next model at once (route/routed_model.h); retries of the whole route (retrying_model.h); the tape (scripted/); the
// cache (cache/caching_model.h); the journal (journal/journaling_model.h). Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/http/stream_client.h"
#include "common/llm/conversation.h"
#include "common/llm/faults/fault.h"
#include "common/llm/ledger.h"
#include "common/llm/route/decision.h"
#include "common/llm/route/kinds.h"
#include "common/llm/wire/answer_reader.h"

namespace argosy::llm {

// Runs something soon, on a thread that may block. False: too much waits there already, and it is dropped.
using RunBlocking = std::function<bool(std::function<void()>)>;

// The template that a request was made from (prompts/); its hash changes with every byte of it.
struct PromptVersion {
  std::string name{}, hash{};
};

struct CallOptions {
  OnDelta on_delta{};                  // for people who watch; on the thread of all streams: it must not block
  std::function<void()> on_restart{};  // what on_delta got so far counts no more: the call is made again
  std::stop_token stop{};              // ends it: the connection is closed at once
  std::string task{};                  // whose turn it takes at a rate limit
  std::string kind{}, role{};          // what it is for, "edit" (route/kinds.h), and who asks, "reviewer": for routes and scripts
  std::optional<Payer> payer{};        // whose budgets it counts in; nobody's: only where no ledger stands in the way
  std::string repository{}, commit{};  // what it is about: answers are never kept across them
  Complexity complexity = Complexity::normal;
  std::string model{};      // the one that must answer, by its name in models.yaml; empty: the route decides
  PromptVersion prompt{};   // kept with the call
  std::int64_t tokens = 0;  // what it counts as at a rate limit; 0: an estimate
  bool stream = true;
  http::StreamTimeouts timeouts{};
  std::chrono::milliseconds longest_wait{30'000};  // for a rate limit; what needs longer is refused, so that its step is parked
};

// Where an answer comes from.
enum class Source : std::uint8_t { model, exact_cache, semantic_cache };
std::string_view to_string(Source source);  // "model", "exact_cache", "semantic_cache"

struct CallResult {
  Answer answer;                 // with a fault: what came of it
  std::optional<Fault> fault{};  // nothing: the answer is whole
  // The vendor may charge for it: by answer.usage where the answer is complete, else by what it pleases. Where a call has had several
  // tries: for any of them, of which `answer` tells the last; each was settled on its own by then (money/paying_model.h).
  bool may_be_billed = false;
  int tries = 1;
  std::optional<std::chrono::milliseconds> first_byte{};  // from the moment it was sent
  std::string model{};                                    // by its name in models.yaml: who answered, or whose fault it is
  std::shared_ptr<const RouteDecision> route{};           // why that one; null: nobody chose
  Source source = Source::model;
};
using OnDone = std::function<void(CallResult)>;

class Model {
 public:
  virtual ~Model() = default;
  // Calls `done` exactly once: on the thread of all streams, on one of RunBlocking's, on that of who stops the call, or before this
  // returns. It must not block. `request` is kept until then.
  virtual void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) = 0;

  // Waits for it; never on the thread of all streams. Errors: those of the faults (faults/fault.h).
  Result<Answer> ask(const Request& request, const CallOptions& options = {});
};

}  // namespace argosy::llm
