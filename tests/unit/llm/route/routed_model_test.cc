// What a call does on its route: against models that do as they are told, with timers that a test lets run or never.
#include "common/llm/route/routed_model.h"

#include <thread>

#include "common/llm/call/retrying_model.h"
#include "tests/unit/llm/route/models.h"
#include "tests/unit/llm/route/routed.h"

namespace argosy::llm {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

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

}  // namespace
}  // namespace argosy::llm
