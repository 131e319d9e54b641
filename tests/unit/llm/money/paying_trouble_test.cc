// What becomes of a reservation when a call is stopped or the ledger is away.
#include <gtest/gtest.h>

#include "common/llm/money/paying_model.h"
#include "common/llm/money/tokens.h"
#include "tests/unit/llm/money/paying.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

TEST_F(Paying, StoppedBeforeItIsReservedItEndsAtOnceAndNothingIsReserved) {
  std::stop_source stop;
  start({.stop = stop.get_token()});
  stop.request_stop();
  EXPECT_EQ(code(), "cancelled");
  EXPECT_FALSE(result_->may_be_billed);
  work();
  EXPECT_TRUE(book_.reserved.empty());
  result_.reset();
  start({.stop = stop.get_token()});
  EXPECT_EQ(code(), "cancelled") << "also when it was stopped before";
  EXPECT_TRUE(jobs_.empty());
}

TEST_F(Paying, StoppedWhileItIsReservedItGivesTheReservationBack) {
  std::stop_source stop;
  book_.while_reserving = [&] { stop.request_stop(); };
  finish({.stop = stop.get_token()});
  EXPECT_EQ(code(), "cancelled");
  EXPECT_EQ(inner_->asked, 0);
  ASSERT_EQ(book_.settled.size(), 1U);
  EXPECT_EQ(book_.settled[0].spend.tokens, 0);
}

TEST_F(Paying, StoppedAfterwardsItIsTheInnerModelsToEnd) {
  std::stop_source stop;
  inner_->waits = true;
  finish({.stop = stop.get_token()});
  stop.request_stop();
  EXPECT_FALSE(result_);
  inner_->answer({.answer = {}, .fault = make_fault(FaultKind::cancelled, "closed"), .may_be_billed = true});
  work();
  EXPECT_EQ(code(), "cancelled");
  EXPECT_EQ(book_.settled.at(0).spend.money, book_.reserved.at(0).spend.money);
}

TEST_F(Paying, AnAnswerDoesNotWaitForALedgerThatIsAway) {
  book_.fails = 3;
  finish();
  EXPECT_EQ(code(), "ok");
  EXPECT_TRUE(book_.settled.empty());
  for (int i = 0; i < 3; ++i) {
    time_.pass(kSettleWait * (1 << i));
    work();
  }
  ASSERT_EQ(book_.settled.size(), 1U);
  EXPECT_EQ(book_.settled[0].spend.money, 14 * kMilli);
  EXPECT_TRUE(time_.idle());
  EXPECT_TRUE(unsettled_.empty());
}

TEST_F(Paying, WhatCannotBeSettledIsToldOnceAndLeftToExpire) {
  book_.fails = 1'000;
  finish();
  for (int i = 0; i < kSettleTries; ++i) {
    time_.pass(1min);
    work();
  }
  EXPECT_TRUE(time_.idle());
  EXPECT_EQ(unsettled_, std::vector<std::string>{"database_unavailable"});
  EXPECT_EQ(1'000 - book_.fails, kSettleTries);
}

TEST_F(Paying, ACrowdBeforeTheLedgerDoesNotLoseASettle) {
  inner_->waits = true;
  finish();
  full_ = true;
  inner_->answer(inner_->give);
  EXPECT_EQ(code(), "ok");
  time_.pass(kSettleWait);
  full_ = false;
  time_.pass(kSettleWait * 2);
  work();
  EXPECT_EQ(book_.settled.size(), 1U);
}

TEST_F(Paying, OnceTheModelIsGoneNothingWaitsAnyMore) {
  book_.fails = 2;
  finish();
  model_.reset();
  time_.pass(1min);  // as it is when the timers' owner ends
  work();
  EXPECT_TRUE(time_.idle());
  EXPECT_EQ(unsettled_, std::vector<std::string>{"database_unavailable"});
}

}  // namespace
}  // namespace argosy::llm
