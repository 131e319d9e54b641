// A routed model over models that do as they are told, with timers that a test lets run or never.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/llm/route/routed_model.h"
#include "tests/unit/llm/route/models.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {

// Keeps its calls until it is told what becomes of them. What it was asked for is reserved, and settled when the call has ended.
class ToldModel : public Model {
 public:
  struct Call {
    CallOptions options;
    OnDone done;
    std::optional<std::stop_callback<std::function<void()>>> on_stop{};
    bool was_stopped = false;
  };
  void start(std::shared_ptr<const Request>, CallOptions options, OnDone done) override {
    Call& call = calls.emplace_back(std::move(options), std::move(done));
    ++reserved;
    if (!at_once.empty()) {
      Fault fault = std::move(at_once.front());
      at_once.pop_front();
      return fail(std::move(fault));
    }
    call.on_stop.emplace(call.options.stop, [this, &call] {
      call.was_stopped = true;
      end(call, {.answer = {}, .fault = make_fault(FaultKind::cancelled, "stopped"), .may_be_billed = true});
    });
  }
  void say(const std::string& text) { calls.back().options.on_delta(Delta::text, text); }
  void answer(const std::string& text) {
    end(calls.back(), {.answer = {.text = text, .stop = StopReason::end_turn, .complete = true},
                       .may_be_billed = true,
                       .first_byte = std::chrono::milliseconds(40)});
  }
  void fail(Fault fault, bool billed = false) {
    end(calls.back(), {.answer = {.text = "half"}, .fault = std::move(fault), .may_be_billed = billed});
  }
  void end(Call& call, CallResult result) {
    OnDone done;
    {
      const std::scoped_lock lock(mutex_);
      done = std::exchange(call.done, {});
    }
    if (!done) return;
    ++settled;
    done(std::move(result));
  }

  std::deque<Call> calls;
  std::deque<Fault> at_once;  // before start() returns
  std::atomic<int> reserved = 0, settled = 0;

 private:
  std::mutex mutex_;  // a call is ended by whoever comes first
};

inline Fault fault(FaultKind kind, std::optional<std::chrono::milliseconds> after = {}) {
  Fault made = make_fault(kind, std::string("of ") + std::string(rule_of(kind).code));
  made.error.retry_after = after;
  return made;
}

class Routed : public testing::Test {
 protected:
  explicit Routed(const std::string& routes = {})
      : model_(catalogue_of(model_line("a") + model_line("b", "1", "tools") + model_line("c", "1", "stream", 200'000), routes),
               {.model_of = [this](const ModelEntry& entry) { return told(entry.name); }, .clock = time_, .after = time_.after()}) {}

  ~Routed() override { forget_calls(); }  // they hold what holds the models

  std::shared_ptr<ToldModel> told(const std::string& name) {
    auto& one = told_[name];
    if (!one) one = std::make_shared<ToldModel>();
    return one;
  }
  ToldModel& at(const std::string& name) { return *told(name); }
  // Who was asked so far.
  std::string asked() {
    std::string all;
    for (const auto& [name, one] : told_)
      for (std::size_t i = 0; i < one->calls.size(); ++i) all += name;
    return all;
  }
  void forget_calls() {
    for (auto& [name, one] : told_) one->calls.clear();
  }
  void start(CallOptions options = {}) {
    options.on_delta = [this](Delta, std::string_view piece) { seen_ += piece; };
    options.on_restart = [this] { seen_ += "|"; };
    model_.start(std::make_shared<Request>(), std::move(options), [this](CallResult result) {
      EXPECT_FALSE(result_) << "done twice";
      result_ = std::move(result);
    });
  }
  std::string code() const { return !result_ ? "nothing yet" : result_->fault ? result_->fault->error.code : "ok"; }

  VirtualTime time_;
  std::map<std::string, std::shared_ptr<ToldModel>> told_;
  RoutedModel model_;
  std::string seen_;
  std::optional<CallResult> result_;
};

}  // namespace argosy::llm
