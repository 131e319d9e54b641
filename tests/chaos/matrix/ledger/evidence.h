// What is known of a run of the matrix when it is over, and from whom. The outside: what the client was told, what the handlers did and
// when, what the webhook's receiver, the streams and the git remote saw. None of it passed through the product's database. The inside:
// its rows. Values; audit() compares the two.
//
// Times are microseconds of CLOCK_BOOTTIME, which no fault moves, unless they are called otherwise.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/chaos/matrix/errand.h"

namespace argosy::chaos {

using Micros = std::int64_t;

// One task as its client saw it.
struct Request {
  Order order{};
  enum class Told : std::uint8_t {
    unknown,   // no answer came, or one that leaves it open: there may be a task
    accepted,  // 202 with an id
    refused,   // 4xx: there must be none
  } told = Told::unknown;
  std::set<std::string> tasks{};  // the ids that it was told; a repeat under the same key is told the same
  Micros at = 0;                  // of the last answer
};

// A lease of a step under which a handler began to work. `epoch` is the token under which the work is done, and on Postgres' clock the
// moment of the claim.
struct Token {
  std::string task{};
  std::int16_t step = 0;
  std::int64_t epoch = 0;
  friend auto operator<=>(const Token&, const Token&) = default;
};
struct Run {
  Token token{};
  std::string process{};  // codegen-2.4711: which of them, and its pid
  Micros began = 0;
  std::optional<Micros> applied{};  // its effect; at this moment the process believed in its lease
};

// What one watcher got of a task's stream over all its connections, in that order.
struct Watched {
  std::string task{};
  std::vector<std::int64_t> seqs{};
  Micros at = 0;
};

struct StoredStep {
  std::string state{};
  std::int64_t epoch = 0;  // of its last lease
  std::string output{};    // of a step that succeeded
  std::string process{};   // who made the output, by its own word, and under which lease; empty: it was not ours
  std::int64_t made_under = 0;
};
struct StoredTask {
  std::optional<Order> order{};
  std::string state{};
  bool settled = false;
  std::int64_t last_seq = 0;
  int redrives = 0;
  int plan_edits = 0;  // that the store knows of
  std::map<std::int16_t, StoredStep> steps{};
};

struct Evidence {
  std::vector<Request> requests{};
  std::vector<Run> runs{};
  std::vector<Watched> watched{};
  std::map<std::string, std::set<std::string>> deliveries{};  // ids of webhooks by task
  std::map<std::int64_t, std::size_t> commits{};              // at the remote, by the order's number
  std::map<std::string, StoredTask> tasks{};
  std::set<std::string> edited{};          // tasks of which a client was told that their plan is another now
  std::set<Token> ended_leases{};          // those of which the store says what became of them
  std::vector<Micros> postgres_crashes{};  // claims of up to a second before may be forgotten (synchronous_commit is off for them)
  Micros unix_minus_boot = 0;              // when the run began, and how far it had moved when it ended
  Micros unix_drift = 0;
};

struct Finding {
  enum class Kind : std::uint8_t { lost, repeated } kind = Kind::lost;
  std::string task{};  // its id, or the order when it has none
  std::string what{};
  Micros at = 0;  // the last sign of life, as far as known
};

}  // namespace argosy::chaos
