// What a process's calls to models come to, as metrics. Labels are names of models.yaml, codes of faults and words of ours: never an
// address or a key. Made by whoever builds the layers of a model (call/model.h), which tell it through MeteringModel and MeteringLedger.
// Thread-safe.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/llm/call/model.h"
#include "common/llm/ledger.h"
#include "common/llm/models/catalogue.h"
#include "common/llm/traffic/gate.h"
#include "common/telemetry/metrics.h"

namespace argosy::llm {

class Meters {
 public:
  // `metrics` lives longer. A model that is not in the catalogue counts as "other"; where none was asked, it is "none".
  Meters(telemetry::Metrics& metrics, const Catalogue& catalogue);

  // One try at this model: how it went, its tokens, its first byte.
  void tried(std::string_view model, const CallResult& result);
  // One call with all its tries, from outside: how it ended, what it took.
  void called(const CallResult& result);
  void paid(std::string_view model, NanoUsd money);
  // Of each model's gate; now and then.
  void show(std::string_view model, const Gate::State& state);

 private:
  std::string label(std::string_view model) const;

  telemetry::Metrics& metrics_;
  std::set<std::string, std::less<>> names_;
};

// Shows the gates of all models of the catalogue, without making one. On a Ticker (common/runtime).
void show_gates(Meters& meters, const Catalogue& catalogue, const Gates& gates);

}  // namespace argosy::llm
