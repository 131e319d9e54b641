// Keeps what was said to a model and what it answered. An implementation over the store is handed in by main; redaction is the caller's
// (journaling_model.h). Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/llm/call/model.h"
#include "common/llm/ledger.h"

namespace argosy::llm {

// One call as its asker saw it, with all its tries. Texts are redacted.
struct Entry {
  Payer payer{};
  std::string kind{}, role{}, model{};
  PromptVersion prompt{};
  std::string route{};  // the decision as JSON; empty: nobody chose
  Source source = Source::model;
  int tries = 1;
  std::string stop{}, fault{};  // how it ended: StopReason, or the code of the fault
  Usage usage{};
  UnixMillis started_at = 0;
  std::chrono::milliseconds took{};
  std::optional<std::chrono::milliseconds> first_byte{};
  std::string request{}, answer{};  // JSON (conversation_json.h)
  std::stop_token asked_to_stop{};  // who asked wants no answer any more: what is slow to keep is given up soon
};

class Journal {
 public:
  virtual ~Journal() = default;
  // Whether this organisation lets requests and answers be kept; the rest of an entry always is. Blocks.
  virtual Result<bool> keeps_texts(const OrgId& org) = 0;
  // Blocks. Errors: those of the database and of the artifacts (A, B): the call itself is as it was.
  virtual Result<void> keep(const Entry& entry) = 0;
};

}  // namespace argosy::llm
