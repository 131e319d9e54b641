// What is reserved before a call, what is settled after it, and what becomes of both when something goes wrong in between: against a ledger
// and a model that do as they are told, in virtual time.
#include "common/llm/money/paying_model.h"

#include <gtest/gtest.h>

#include "common/llm/money/tokens.h"
#include "common/llm/wire/encode.h"
#include "tests/unit/llm/money/paying.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

TEST_F(Paying, ReservesTheWorstCaseThenCallsThenSettlesTheRealOne) {
  start({.timeouts = {.total = 60s}, .longest_wait = 10s});
  EXPECT_EQ(inner_->asked, 0) << "nothing before the reservation";
  work();
  EXPECT_EQ(code(), "ok");
  EXPECT_EQ(result_->answer.text, "fine");
  ASSERT_EQ(book_.reserved.size(), 1U);
  const auto body = encode(entry_.endpoint, *request_)->body;
  EXPECT_EQ(book_.reserved[0].spend.tokens, input_bound(entry_, *request_, body) + 100);
  EXPECT_EQ(book_.reserved[0].spend.money, kMilli * input_bound(entry_, *request_, body) + 2 * kMilli * 100);
  EXPECT_EQ(book_.reserved[0].model, "small");
  EXPECT_GT(book_.reserved[0].lifetime, 70'000) << "it outlives the longest call";
  ASSERT_EQ(book_.settled.size(), 1U);
  EXPECT_EQ(settled_before_done_, 1U);
  EXPECT_EQ(book_.settled[0].call, book_.reserved[0].call);
  EXPECT_EQ(book_.settled[0].spend.money, 14 * kMilli);
  EXPECT_EQ(book_.settled[0].spend.tokens, 12);
}

TEST_F(Paying, EveryTryHasANameOfItsOwnAndABoundedLifetime) {
  for (int i = 0; i < 2; ++i) {
    result_.reset();
    finish({.timeouts = {.total = 100h}});
  }
  EXPECT_NE(book_.reserved.at(0).call, book_.reserved.at(1).call);
  EXPECT_EQ(book_.reserved[0].lifetime, kMostReservation.count());
}

TEST_F(Paying, WithoutRoomNothingIsSentAndTheLedgersWordsStay) {
  book_.refusal = fail_user("budget_exhausted", "the budget of the task is 5 USD", "raise it");
  book_.refusal.error().details = "{}";
  finish();
  EXPECT_EQ(inner_->asked, 0);
  ASSERT_TRUE(result_ && result_->fault);
  EXPECT_EQ(result_->fault->kind, FaultKind::budget);
  EXPECT_EQ(to_string(result_->fault->error), to_string(book_.refusal.error()));
  EXPECT_EQ(result_->fault->error.category, Category::needs_user);
  EXPECT_FALSE(result_->may_be_billed);
  EXPECT_TRUE(book_.settled.empty());
  EXPECT_TRUE(time_.idle());
}

TEST_F(Paying, WhereRoomOnlyHasToComeBackTheStepWaits) {
  book_.refusal = fail_transient("budget_exhausted", "2 reserved");
  book_.refusal.error().retry_after = 15s;
  finish();
  EXPECT_EQ(result_->fault->kind, FaultKind::budget);
  EXPECT_EQ(result_->fault->error.category, Category::transient);
  EXPECT_EQ(result_->fault->error.retry_after, 15s);
  EXPECT_TRUE(time_.idle()) << "nothing was reserved, nothing is given back";
}

TEST_F(Paying, WhereTheLedgerCannotBeAskedNothingIsSentAndWhatItMayHoldIsGivenBack) {
  book_.refusal = fail_transient("database_unavailable", "gone");
  finish();
  EXPECT_EQ(inner_->asked, 0);
  EXPECT_EQ(result_->fault->kind, FaultKind::paused);
  EXPECT_EQ(code(), "database_unavailable");
  time_.pass(kSettleWait);
  work();
  ASSERT_EQ(book_.settled.size(), 1U);
  EXPECT_EQ(book_.settled[0].call, book_.reserved[0].call);
  EXPECT_EQ(book_.settled[0].spend.money, 0);
}

TEST_F(Paying, GivingBackWhatWasNeverReservedIsNoMistake) {
  book_.refusal = fail_transient("database_unavailable", "gone");
  book_.unknown = true;
  finish();
  time_.pass(1h);
  work();
  EXPECT_TRUE(unsettled_.empty());
}

TEST_F(Paying, ACrowdBeforeTheLedgerIsAFaultThatPasses) {
  full_ = true;
  start();
  EXPECT_EQ(result_->fault->kind, FaultKind::paused);
  EXPECT_EQ(result_->fault->error.category, Category::transient);
  EXPECT_EQ(inner_->asked, 0);
}

TEST_F(Paying, ACallOfNobodysIsRefused) {
  nobody_ = true;
  finish();
  EXPECT_EQ(code(), "payer_missing");
  EXPECT_EQ(result_->fault->error.category, Category::needs_user);
  EXPECT_FALSE(result_->fault->error.hint.empty());
  EXPECT_TRUE(book_.reserved.empty());
}

TEST_F(Paying, AModelWithoutAPriceIsRefused) {
  entry_.prices.reset();
  model_ = make();
  finish();
  EXPECT_EQ(code(), "model_price_unknown");
  EXPECT_EQ(result_->fault->kind, FaultKind::budget);
  EXPECT_EQ(inner_->asked, 0);
}

TEST_F(Paying, WhatCannotBeEncodedIsNotReserved) {
  request_ = std::make_shared<const Request>();
  finish();
  EXPECT_EQ(code(), "request_empty");
  EXPECT_TRUE(book_.reserved.empty());
}

TEST_F(Paying, WhatWasSurelyNotSentCostsNothing) {
  inner_->give = {.answer = {.text = "", .usage = {.input = 10, .output = 2}}, .fault = make_fault(FaultKind::overloaded, "529")};
  finish();
  ASSERT_EQ(book_.settled.size(), 1U);
  EXPECT_EQ(book_.settled[0].spend.money, 0);
  EXPECT_EQ(code(), "model_overloaded");
}

TEST_F(Paying, WhereNobodyKnowsTheWorstIsCharged) {
  const std::vector<CallResult> unclear{{.answer = {.text = "", .usage = {.input = 10, .output = 2}},
                                         .fault = make_fault(FaultKind::broken_stream, "cut"),
                                         .may_be_billed = true},
                                        {.answer = {.text = "", .complete = true}, .may_be_billed = true},
                                        {.answer = {.text = "", .usage = {.input = 10}, .complete = true}, .may_be_billed = true},
                                        {.answer = {.text = "", .usage = {.input = 10, .output = 2}, .complete = true},
                                         .fault = make_fault(FaultKind::server_error, "500"),
                                         .may_be_billed = true},
                                        {.answer = {}, .fault = make_fault(FaultKind::cancelled, "stopped"), .may_be_billed = true}};
  for (const auto& result : unclear) {
    inner_->give = result;
    result_.reset();
    finish();
    EXPECT_EQ(book_.settled.back().spend.money, book_.reserved.back().spend.money);
  }
}

}  // namespace
}  // namespace argosy::llm
