// The ledger as calls see it that must not block: what goes to it goes on a thread that may, and what could not be settled is tried again
// for a while. Used by PayingModel and PayingEmbedder. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "common/llm/call/model.h"
#include "common/llm/ledger.h"
#include "common/llm/traffic/gate.h"

namespace argosy::llm {

// How often a call is settled in all while the ledger cannot be reached, and the first wait in between, which doubles: half a minute.
inline constexpr int kSettleTries = 7;
inline constexpr std::chrono::milliseconds kSettleWait{500};

// Told of a call that could not be settled: it stays reserved until its time is over, then it is charged in full. Any thread; must not
// block.
using OnUnsettled = std::function<void(const std::string& call, const Error& why)>;

class Till : public std::enable_shared_from_this<Till> {
 public:
  Till(Ledger& ledger, RunBlocking run, After after, OnUnsettled on_unsettled)
      : ledger_(ledger), run_(std::move(run)), after_(std::move(after)), on_unsettled_(std::move(on_unsettled)) {}

  // False: too much waits there already.
  bool run(std::function<void()> what) { return run_(std::move(what)); }
  // Blocks. What the ledger may have kept although it did not say so is given back a little later.
  Result<void> reserve(const Payer& payer, const std::string& call, const std::string& model, const Spend& worst,
                       std::chrono::milliseconds lifetime);

  struct Charge {
    std::string call;
    Spend real;
    Usage usage;
  };
  // Calls `then` once it was tried, whatever came of it: nobody waits for the tries after the first.
  void settle(Charge charge, std::function<void()> then);
  // The same on a thread that may block, before this returns.
  void settle_here(const std::shared_ptr<const Charge>& charge, int tries = 1);
  // From now on nothing waits: what the next try cannot settle is told.
  void close();

 private:
  void again(const std::shared_ptr<const Charge>& charge, int tries, const Error& why);

  Ledger& ledger_;
  const RunBlocking run_;
  const After after_;
  const OnUnsettled on_unsettled_;
  std::mutex mutex_;  // over `after_` too: whom it belongs to may go once we are closed
  bool closed_ = false;
};

}  // namespace argosy::llm
