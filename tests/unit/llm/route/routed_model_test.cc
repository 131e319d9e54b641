// What a call does on its route: against models that do as they are told, with timers that a test lets run or never.
#include "common/llm/route/routed_model.h"

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "common/llm/call/retrying_model.h"
#include "tests/unit/llm/route/models.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

// Keeps its calls until it is told what becomes of them. What it was asked for is reserved, and settled when the call has ended.
class Told : public Model {
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
    end(calls.back(),
        {.answer = {.text = text, .stop = StopReason::end_turn, .complete = true}, .may_be_billed = true, .first_byte = 40ms});
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

Fault fault(FaultKind kind, std::optional<std::chrono::milliseconds> after = {}) {
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

  std::shared_ptr<Told> told(const std::string& name) {
    auto& one = told_[name];
    if (!one) one = std::make_shared<Told>();
    return one;
  }
  Told& at(const std::string& name) { return *told(name); }
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
  std::map<std::string, std::shared_ptr<Told>> told_;
  RoutedModel model_;
  std::string seen_;
  std::optional<CallResult> result_;
};

TEST_F(Routed, AsksTheFirstAndSaysWhoAnsweredAndWhy) {
  start();
  at("a").say("hel");
  at("a").say("lo");
  at("a").answer("hello");
  ASSERT_EQ(code(), "ok");
  EXPECT_EQ(result_->answer.text, "hello");
  EXPECT_EQ(result_->model, "a");
  EXPECT_EQ(result_->tries, 1);
  EXPECT_THAT(names(result_->route->in_turn), ElementsAre("a", "b", "c"));
  EXPECT_EQ(seen_, "hello");
  EXPECT_EQ(asked(), "a");
}

TEST_F(Routed, GoesOnAtOnceWithNoTimerBetween) {
  start();
  at("a").fail(fault(FaultKind::overloaded, 1h));
  EXPECT_EQ(asked(), "ab");
  EXPECT_TRUE(time_.idle());
  at("b").answer("yes");
  EXPECT_EQ(result_->model, "b");
  EXPECT_EQ(result_->tries, 2);
  EXPECT_EQ(seen_, "") << "nothing was shown, so nothing is taken back";
}

TEST_F(Routed, InMidStreamTakesBackWhatWasShown) {
  start();
  at("a").say("half of ");
  at("a").fail(fault(FaultKind::broken_stream), /*billed=*/true);
  at("a").calls[0].options.on_delta(Delta::text, "late");
  at("b").say("whole");
  at("b").answer("whole");
  EXPECT_EQ(seen_, "half of |whole");
  EXPECT_EQ(result_->answer.text, "whole");
  EXPECT_TRUE(result_->may_be_billed);
  // Each try was set aside and settled for itself, once.
  for (const auto* name : {"a", "b"}) {
    EXPECT_EQ(at(name).reserved, 1) << name;
    EXPECT_EQ(at(name).settled, 1) << name;
  }
}

TEST_F(Routed, GoesOnByTheTableOfFaults) {
  for (const FaultRule& rule : fault_rules()) {
    result_.reset();
    forget_calls();
    start();
    at("a").fail(fault(rule.kind));
    const auto expected = rule.another_model == AnotherModel::yes ? "ab" : rule.another_model == AnotherModel::larger ? "ac" : "a";
    EXPECT_EQ(asked(), expected) << rule.code;
    EXPECT_EQ(code(), asked() == "a" ? rule.code : "nothing yet");
    for (const auto* name : {"b", "c"})
      if (!at(name).calls.empty()) at(name).answer("x");
  }
}

TEST_F(Routed, ALongConversationDoesNotComeBackToAShorterContext) {
  start();
  at("a").fail(fault(FaultKind::overloaded));
  at("b").fail(fault(FaultKind::context_too_long));
  EXPECT_EQ(asked(), "abc");
  at("c").fail(fault(FaultKind::server_error));
  EXPECT_EQ(code(), "model_overloaded");
}

TEST_F(Routed, WhereAllFailTheFaultThatLeavesMostHopeIsTold) {
  start();
  at("a").fail(fault(FaultKind::auth));
  at("b").fail(fault(FaultKind::rate_limited, 20s));
  at("c").fail(fault(FaultKind::overloaded, 2s));
  EXPECT_EQ(code(), "model_overloaded");
  EXPECT_EQ(result_->model, "c");
  EXPECT_EQ(result_->fault->error.retry_after, 2s);
  EXPECT_EQ(result_->fault->error.message, "a: of model_key_refused; b: of rate_limited; c: of model_overloaded");
  EXPECT_EQ(result_->tries, 3);
}

TEST_F(Routed, OfFaultsThatNoTimeHealsTheFirstIsTold) {
  start();
  at("a").fail(fault(FaultKind::quota));
  at("b").fail(fault(FaultKind::auth));
  at("c").fail(fault(FaultKind::refused_request));
  EXPECT_EQ(code(), "model_quota_spent");
  EXPECT_EQ(result_->model, "a");
}

TEST_F(Routed, ACallThatNamesItsModelDoesNotFallBack) {
  start({.model = "b"});
  at("b").fail(fault(FaultKind::overloaded));
  EXPECT_EQ(code(), "model_overloaded");
  EXPECT_EQ(result_->fault->error.message, "of model_overloaded");
  EXPECT_EQ(asked(), "b");
}

TEST_F(Routed, ARouteToNobodyIsAFaultAndNobodyIsAsked) {
  start({.kind = "edti"});
  EXPECT_EQ(code(), "call_kind_unknown");
  result_.reset();
  start({.model = "d"});
  EXPECT_EQ(code(), "model_unknown");
  EXPECT_EQ(result_->fault->error.category, Category::needs_user);
  EXPECT_EQ(asked(), "");
}

TEST_F(Routed, IsStoppedWhereverItIs) {
  std::stop_source stop;
  start({.stop = stop.get_token()});
  at("a").fail(fault(FaultKind::overloaded));
  stop.request_stop();
  EXPECT_TRUE(at("b").calls[0].was_stopped);
  EXPECT_EQ(code(), "cancelled");
  EXPECT_EQ(asked(), "ab");
  result_.reset();
  start({.stop = stop.get_token()});
  EXPECT_EQ(code(), "cancelled");
  EXPECT_EQ(asked(), "ab") << "and nobody is asked once it was";
}

TEST_F(Routed, IsStoppedByWhoWatchesIt) {
  std::stop_source stop;
  CallOptions options{.on_delta = [&](Delta, std::string_view) { stop.request_stop(); }, .stop = stop.get_token()};
  model_.start(std::make_shared<Request>(), std::move(options), [this](CallResult result) { result_ = std::move(result); });
  at("a").say("enough");
  EXPECT_EQ(code(), "cancelled");
}

TEST_F(Routed, ModelsThatFailBeforeTheyReturnAreAskedOnceEach) {
  for (const auto* name : {"a", "b", "c"}) at(name).at_once = {fault(FaultKind::unreachable)};
  start();
  EXPECT_EQ(code(), "model_unreachable");
  EXPECT_EQ(asked(), "abc");
}

TEST_F(Routed, AsksForNoStreamWhereThereIsNone) {
  start();
  at("a").fail(fault(FaultKind::overloaded));
  EXPECT_TRUE(at("a").calls[0].options.stream);
  EXPECT_FALSE(at("b").calls[0].options.stream);
}

TEST_F(Routed, RoutesAreTriedAgainAsAWhole) {
  RetryingModel patient(model_, time_.after(), [] { return 0.5; });
  patient.start(std::make_shared<Request>(), {}, [this](CallResult result) { result_ = std::move(result); });
  for (const auto* name : {"a", "b", "c"}) at(name).fail(fault(FaultKind::overloaded));
  EXPECT_EQ(code(), "nothing yet");
  time_.pass(1s);
  at("a").answer("after all");
  ASSERT_EQ(code(), "ok");
  EXPECT_EQ(result_->tries, 4) << "of all rounds";
  EXPECT_EQ(result_->model, "a");
}

TEST_F(Routed, CallsEndOnceWhereverTheirNewsComeFrom) {
  for (int round = 0; round < 200; ++round) {
    result_.reset();
    forget_calls();
    std::stop_source stop;
    start({.stop = stop.get_token()});
    std::thread stopping([&] { stop.request_stop(); });
    at("a").fail(fault(FaultKind::overloaded));
    stopping.join();
    EXPECT_THAT(code(), testing::AnyOf("cancelled", "model_overloaded"));
  }
}

class Hedged : public Routed {
 protected:
  Hedged() : Routed("  - {use: [a, b, c], hedge_after_ms: 500}\n") {}
};

TEST_F(Hedged, AreAskedOfTheNextModelOnceTheFirstIsLate) {
  start();
  time_.pass(499ms);
  EXPECT_EQ(asked(), "a");
  time_.pass(1ms);
  EXPECT_EQ(asked(), "ab");
  time_.pass(1min);
  EXPECT_EQ(asked(), "ab") << "of two at once, never of three";
  at("b").answer("first");
  ASSERT_EQ(code(), "ok");
  EXPECT_EQ(result_->model, "b");
  EXPECT_TRUE(at("a").calls[0].was_stopped);
  EXPECT_EQ(at("a").settled, 1) << "who lost pays for itself";
  EXPECT_TRUE(result_->may_be_billed);
}

TEST_F(Hedged, AreNotOnceAnAnswerHasBegun) {
  start();
  at("a").say("I am ");
  time_.pass(1min);
  EXPECT_EQ(asked(), "a");
}

TEST_F(Hedged, ShowOneAnswerAtATime) {
  start();
  time_.pass(500ms);
  at("b").say("b one ");
  at("a").say("a one ");
  at("b").say("b two");
  at("a").answer("a one a two");
  EXPECT_EQ(seen_, "b one b two|a one ");
  EXPECT_EQ(result_->model, "a");
}

TEST_F(Hedged, GoOnWithTheOtherWhenOneFails) {
  start();
  time_.pass(500ms);
  at("a").say("a one ");
  at("b").say("b one ");
  at("a").fail(fault(FaultKind::broken_stream));
  EXPECT_EQ(seen_, "a one |b one ");
  EXPECT_EQ(asked(), "ab") << "the other one is the next";
  at("b").say("b two");
  at("b").fail(fault(FaultKind::broken_stream));
  EXPECT_EQ(asked(), "abc");
  at("c").say("c");
  at("c").answer("c");
  EXPECT_EQ(seen_, "a one |b one b two|c");
  EXPECT_EQ(result_->tries, 3);
}

TEST_F(Hedged, AreStoppedBoth) {
  std::stop_source stop;
  start({.stop = stop.get_token()});
  time_.pass(500ms);
  stop.request_stop();
  EXPECT_TRUE(at("a").calls[0].was_stopped && at("b").calls[0].was_stopped);
  EXPECT_EQ(code(), "cancelled");
}

TEST(RoutedByBreakers, PassOverWhoIsDown) {
  VirtualTime time;
  Gates gates(time, time.after(), {.at_least = 1});
  const auto catalogue = catalogue_of(model_line("a") + model_line("b"));
  const auto gate = gates.at(catalogue.models()[0].endpoint);
  const auto told = std::make_shared<Told>();
  RoutedModel model(catalogue, {.model_of = [&](const ModelEntry&) { return told; },
                                .gate_of = [&](const ModelEntry& entry) { return gates.at(entry.endpoint); },
                                .clock = time,
                                .after = time.after()});
  const auto asked_first = [&] {
    CallResult result;
    model.start(std::make_shared<Request>(), {}, [&](CallResult done) { result = std::move(done); });
    told->answer("x");
    return result.model;
  };
  EXPECT_EQ(asked_first(), "a");
  const Fault down = fault(FaultKind::server_error);
  const auto number = Gate::next_number();
  gate->enter(number, "t", 1, 1s, [](const std::optional<Fault>&) {});
  gate->leave(number, &down, std::nullopt, {});
  EXPECT_EQ(gate->state().probe_in, 10s);
  EXPECT_EQ(asked_first(), "b");
  time.pass(10s);
  EXPECT_EQ(asked_first(), "a") << "a probe finds out";
}

}  // namespace
}  // namespace argosy::llm
