// The layers that count: around one model for its tries, around all layers for whole calls, and around the ledger for money. Used by
// whoever builds the layers of a model (model.h). Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "common/core/clock.h"
#include "common/llm/call/model.h"
#include "common/llm/meters/meters.h"

namespace argosy::llm {

class MeteringModel : public Model {
 public:
  using Count = std::function<void(const CallResult& result)>;
  // `inner` lives longer than every call. `count` comes before `done`, on its thread.
  MeteringModel(Model& inner, Count count) : inner_(inner), count_(std::move(count)) {}

  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override;

 private:
  Model& inner_;
  const Count count_;
};

// Counts what is settled. What is never settled is charged by the database (ARCHITECTURE, "Money") and stands in no metric.
class MeteringLedger : public Ledger {
 public:
  // All live longer.
  MeteringLedger(Ledger& inner, Meters& meters, const Clock& clock) : inner_(inner), meters_(meters), clock_(clock) {}

  Result<void> reserve(const Payer& payer, const std::string& call, const std::string& model, const Spend& worst,
                       std::int64_t lifetime_ms) override;
  Result<void> settle(const std::string& call, const Spend& real, const Usage& usage) override;

 private:
  struct Open {
    std::string model;
    std::chrono::nanoseconds until;
  };

  Ledger& inner_;
  Meters& meters_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Open> open_;  // calls that are reserved: which model each asks
};

}  // namespace argosy::llm
