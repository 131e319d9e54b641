// One call on its way through the models of its route. Lives as long as its callbacks. Used by RoutedModel. All of it but start() runs in
// its own turns (turns.h), whatever thread they come from.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "common/llm/route/latencies.h"
#include "common/llm/route/routed_model.h"
#include "common/llm/route/turns.h"

namespace argosy::llm {

struct RoutedParts {
  struct Target {
    const ModelEntry* entry;
    std::shared_ptr<Model> model;
    std::shared_ptr<Gate> gate;  // null: no breaker
    bool streams;
  };
  const Target* find(std::string_view name) const;
  Conditions conditions() const;

  Catalogue catalogue;
  std::vector<CheckReport> checks;
  const Clock& clock;
  After after;
  std::vector<Target> targets{};  // one for each model of the catalogue, in its order
  Latencies latencies{};
};

class RoutedCall : public std::enable_shared_from_this<RoutedCall> {
 public:
  RoutedCall(std::shared_ptr<RoutedParts> parts, CallOptions options, OnDone done)
      : parts_(std::move(parts)), options_(std::move(options)), done_(std::move(done)) {}

  void start(std::shared_ptr<const Request> request);

 private:
  struct Try {
    const RoutedParts::Target* target;
    std::stop_source stop{};
    bool is_running = true;
    bool has_begun = false;                               // text or thoughts came; calls of tools alone are not seen
    std::vector<std::pair<Delta, std::string>> unseen{};  // what came while another one is watched
  };

  void post(std::function<void()> what);
  void begin(std::shared_ptr<const Request> request);
  void ask(std::size_t candidate);
  void hedge(const Try& waited_for);
  void piece(Try& from, Delta kind, const std::string& text);
  void tried(Try& which, CallResult result);
  void failed(Try& which, CallResult result);
  void watch(Try& which);
  void restart();
  void stop_all();
  void finish(CallResult result, const ModelEntry* model);
  std::optional<std::size_t> next() const;
  Try* running();

  const std::shared_ptr<RoutedParts> parts_;
  Turns turns_;
  CallOptions options_;
  OnDone done_;
  std::shared_ptr<const Request> request_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;

  Need need_;
  std::shared_ptr<const RouteDecision> decision_;
  std::vector<const RoutedParts::Target*> in_turn_;
  std::size_t asked_ = 0;   // of in_turn_: who was asked or never will be
  std::deque<Try> tries_;   // they stay where they are
  Try* watched_ = nullptr;  // whose pieces are shown
  bool has_shown_ = false;  // something, since the last restart
  bool is_billed_ = false, is_finished_ = false;
  std::vector<std::pair<const ModelEntry*, Fault>> faults_;
  std::optional<CallResult> most_hopeful_;
  const ModelEntry* hope_ = nullptr;  // whose that is
};

}  // namespace argosy::llm
