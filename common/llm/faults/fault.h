// What went wrong with a call to a model, in one form for every vendor. The kind decides, by table, what happens next: another try at once,
// a parked step, a person, a shorter conversation. Used by the call and by whoever chooses another model. Pure, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/http/message.h"
#include "common/llm/conversation.h"

namespace argosy::llm {

enum class FaultKind : std::uint8_t {
  unreachable,       // no connection, no TLS
  too_slow,          // one of the time-outs
  overloaded,        // 529, 503: it says so itself
  server_error,      // any other 5xx, 408, 409, 425
  rate_limited,      // 429 that passes with time
  broken_stream,     // cut, without end mark, not in the form that was asked for
  context_too_long,  // only a shorter conversation helps
  auth,              // the key is refused
  quota,             // the account is empty: a 429 or 400 that no time heals
  refused_request,   // this request is wrong, however often it is sent
  refused_address,   // the base URL points where no call may go
  too_large,         // more than any answer has
  paused,            // not sent: the circuit breaker is open, the wait for the rate limit would be too long, or the ledger cannot be asked
  budget,            // not sent: no room in a budget; the error is the ledger's
  cancelled,
};

// Whether a route goes on to its next model at once.
enum class AnotherModel : std::uint8_t {
  no,
  yes,      // that one may not share the fault
  larger,   // to one with a larger context only
  cheaper,  // to one for which less money has to be set aside only
};

struct FaultRule {
  FaultKind kind;
  std::string_view code;  // of the Error
  Category category;
  bool try_again;      // at once, a few times
  bool counts;         // against this model at its circuit breaker
  bool may_be_billed;  // the vendor may have worked for it
  AnotherModel another_model;
};
std::span<const FaultRule> fault_rules();  // one for each kind, in their order
const FaultRule& rule_of(FaultKind kind);

struct Fault {
  FaultKind kind;
  Error error;  // of the rule's code and category, in the vendor's words; of who pays as the ledger has it (money/paying_model.h)
};

// `error.retry_after` is what the vendor asked for.
Fault make_fault(FaultKind kind, std::string message, std::string hint = {});

// From the error of a call that HTTP could not bring to its end (common/http/stream_client.h).
Fault fault_of_transport(const Error& error);
// From a status other than 200. `body` may be cut; `now` is for dates in headers.
Fault fault_of_status(int status, const http::Headers& headers, std::string_view body, UnixMillis now);
// From an answer that is not complete or reports an error.
Fault fault_of_answer(const Answer& answer);

}  // namespace argosy::llm
