// Tells other processes which models this one found down, and hears of theirs: where a breaker opened there, the first call
// that fails opens it here, too, for as long as that one told. Through Postgres, and only ever a hint: a forged or old one keeps nobody
// out; without Postgres each process finds out by itself. Used by processes that call models, on a Ticker.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "common/core/clock.h"
#include "common/core/ids.h"
#include "common/llm/traffic/gate.h"
#include "common/store/database.h"
#include "common/store/models/models_down.h"

namespace argosy::runtime {

class BreakerHints {
 public:
  static constexpr std::chrono::milliseconds kEvery{3'000};  // a breaker is open for 10 s at least

  // All live longer. `self`: of this process, unique.
  BreakerHints(store::Database& db, WorkerId self, llm::Gates& gates, const Clock& clock)
      : db_(db), self_(self), gates_(gates), clock_(clock) {}

  // Tells and hears once. Blocks for one statement; where Postgres is away, for as long as its pool waits, and nothing happens. One thread
  // at a time.
  void tick();

 private:
  struct Ours {
    std::string base_url, model;
  };
  void tell_and_hear(const std::map<store::ModelPlace, Ours>& ours, const std::map<store::ModelPlace, llm::Instant>& open_until);

  store::Database& db_;
  const WorkerId self_;
  llm::Gates& gates_;
  const Clock& clock_;
  std::map<store::ModelPlace, llm::Instant> told_;                           // until when it is open
  std::map<store::ModelPlace, std::pair<WorkerId, UnixMillis>> last_heard_;  // each hint counts once
};

}  // namespace argosy::runtime
