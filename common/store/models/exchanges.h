// What was asked of models, as rows of a task; and whether an organisation lets the texts be kept. Written by the workers' journal
// (common/runtime/models/journal.h), read by ingest and the command line. Blocking, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

struct Exchange {
  Uuid id{};  // made by the caller, Uuid::v7() of its start: the order of a task's calls
  StepRef step{};
  std::int16_t attempt = 1;
  std::string kind{}, role{}, model{};
  std::string prompt{}, prompt_hash{};
  std::string route{};   // JSON; empty: nobody chose
  std::string source{};  // "model", "exact_cache", "semantic_cache"
  std::int64_t tries = 1;
  std::string stop{}, fault{};
  std::optional<std::int64_t> input{}, cached{}, cache_written{}, output{}, reasoning{};  // tokens, as reported
  UnixMillis started_at = 0;
  std::int64_t took_ms = 0;
  std::optional<std::int64_t> first_byte_ms{};
  std::string request_sha256{}, answer_sha256{};  // of artifacts, in hex; empty: not kept, or gone
  bool superseded = false;                        // of lists: its step was undone by a rollback
};
// The same exchange put twice is one. Of a task that is gone nothing is kept.
Result<void> put_exchange(Database& db, const Exchange& exchange);
// In the order of their start, behind `after` (nil: from the first on). Nothing when the organisation has no such task.
Result<std::optional<std::vector<Exchange>>> list_exchanges(Database& db, const OrgId& org, const TaskId& task, const Uuid& after,
                                                            int limit);

struct KeepsConversations {
  OrgId org{};  // nil: every organisation without a row of its own
  bool kept = true;
  bool own = false;  // it has a row of its own
};
// What holds for this organisation: its row, else that of every other, else yes.
Result<KeepsConversations> keeps_conversations(Database& db, const OrgId& org);
// All rows.
Result<std::vector<KeepsConversations>> list_kept_conversations(Database& db);
// From the next call on; texts of tasks that are kept stay until retention takes them, answers in the cache (answer_cache.h) go at once
// where they may not be kept any more. Nothing takes the row away: what holds for everybody holds again.
Result<void> set_keeps_conversations(Database& db, const OrgId& org, std::optional<bool> kept);

}  // namespace argosy::store
