// What is tried again, after which waits, and what is given back at once: against a model that fails as it is told, in virtual time.
#include "common/llm/call/retrying_model.h"

#include <gtest/gtest.h>

#include <deque>

#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

class Failing : public Model {
 public:
  void start(std::shared_ptr<const Request>, CallOptions, OnDone done) override {
    ++asked;
    CallResult result;
    if (!faults.empty()) {
      result.fault = std::move(faults.front());
      faults.pop_front();
    }
    done(std::move(result));
  }
  std::deque<Fault> faults;
  int asked = 0;
};

class Retrying : public testing::Test {
 protected:
  void start(CallOptions options = {}) {
    options.on_restart = [this] { ++restarts_; };
    model_.start(std::make_shared<Request>(), std::move(options), [this](CallResult result) { result_ = std::move(result); });
  }
  static Fault fault(FaultKind kind, std::optional<std::chrono::milliseconds> after = {}) {
    Fault out = make_fault(kind, "why");
    out.error.retry_after = after;
    return out;
  }

  VirtualTime time_;
  Failing inner_;
  RetryingModel model_{inner_, time_.after(), [] { return 0.5; }};
  std::optional<CallResult> result_;
  int restarts_ = 0;
};

TEST_F(Retrying, TriesThreeTimesMoreWithGrowingWaits) {
  for (int i = 0; i < 9; ++i) inner_.faults.push_back(fault(FaultKind::overloaded));
  start();
  for (const auto wait : {250ms, 500ms, 1000ms}) {  // half of 500, 1,000 and 2,000
    EXPECT_FALSE(result_);
    EXPECT_EQ(time_.next(), wait);
    time_.pass(wait);
  }
  ASSERT_TRUE(result_);
  EXPECT_EQ(inner_.asked, 4);
  EXPECT_EQ(result_->tries, 4);
  EXPECT_EQ(result_->fault->error.code, "model_overloaded");
  EXPECT_EQ(restarts_, 3);
  EXPECT_TRUE(time_.idle());
}

TEST_F(Retrying, IsDoneWithTheFirstGoodAnswer) {
  inner_.faults.push_back(fault(FaultKind::broken_stream));
  start();
  time_.pass(1s);
  ASSERT_TRUE(result_);
  EXPECT_FALSE(result_->fault);
  EXPECT_EQ(inner_.asked, 2);
}

TEST_F(Retrying, GivesFinalFaultsBackAtOnce) {
  for (const FaultRule& rule : fault_rules()) {
    if (rule.try_again) continue;
    result_.reset();
    inner_.asked = 0;
    inner_.faults = {fault(rule.kind)};
    start();
    ASSERT_TRUE(result_) << rule.code;
    EXPECT_EQ(inner_.asked, 1) << rule.code;
  }
}

TEST_F(Retrying, WaitsAsLongAsItWasAskedTo) {
  inner_.faults.push_back(fault(FaultKind::rate_limited, 3s));
  start();
  EXPECT_EQ(time_.next(), 3s);
}

TEST_F(Retrying, GivesALongWaitToTheStep) {
  inner_.faults.push_back(fault(FaultKind::rate_limited, 20s));
  start();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->fault->error.retry_after, 20s);
  EXPECT_EQ(result_->fault->error.category, Category::transient);
  EXPECT_TRUE(time_.idle());
}

TEST_F(Retrying, EndsAtOnceWhenItIsStoppedBetweenTwoTries) {
  std::stop_source stop;
  inner_.faults.push_back(fault(FaultKind::server_error));
  start({.stop = stop.get_token()});
  EXPECT_FALSE(result_);
  stop.request_stop();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->fault->kind, FaultKind::cancelled);
  time_.pass(1min);
  EXPECT_EQ(inner_.asked, 1);
}

}  // namespace
}  // namespace argosy::llm
