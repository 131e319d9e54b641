// What is reserved before a call, what is settled after it, and what becomes of both when something goes wrong in between: against a ledger
// and a model that do as they are told, in virtual time.
#include "common/llm/money/paying_model.h"

#include <gtest/gtest.h>

#include <deque>

#include "common/llm/money/tokens.h"
#include "common/llm/wire/encode.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

constexpr NanoUsd kMilli = kUsd / 1'000;

struct Line {
  std::string call{}, model{};
  Spend spend{};
  std::int64_t lifetime = 0;
};

class Book : public Ledger {
 public:
  Result<void> reserve(const Payer&, const std::string& call, const std::string& model, const Spend& worst,
                       std::int64_t lifetime) override {
    reserved.push_back({call, model, worst, lifetime});
    if (while_reserving) while_reserving();
    return refusal;
  }
  Result<void> settle(const std::string& call, const Spend& real, const Usage&) override {
    if (fails-- > 0) return fail_transient("database_unavailable", "gone");
    if (unknown) return fail_user("reservation_unknown", "never reserved", "none");
    settled.push_back({.call = call, .spend = real});
    return {};
  }
  std::vector<Line> reserved, settled;
  Result<void> refusal{};
  std::function<void()> while_reserving;
  int fails = 0;
  bool unknown = false;
};

class Inner : public Model {
 public:
  void start(std::shared_ptr<const Request>, CallOptions, OnDone done) override {
    ++asked;
    if (waits) {
      waiting = std::move(done);
    } else {
      done(give);
    }
  }
  CallResult give;
  OnDone waiting;
  bool waits = false;
  int asked = 0;
};

class Paying : public testing::Test {
 protected:
  Paying() {
    inner_->give = {.answer = {.text = "fine", .stop = StopReason::end_turn, .usage = {.input = 10, .output = 2}, .complete = true},
                    .may_be_billed = true};
  }
  std::unique_ptr<PayingModel> make() {
    return std::make_unique<PayingModel>(
        entry_, inner_, book_,
        [this](std::function<void()> job) {
          if (full_) return false;
          jobs_.push_back(std::move(job));
          return true;
        },
        time_.after(), [this](const std::string&, const Error& why) { unsettled_.push_back(why.code); });
  }
  void start(CallOptions options = {}) {
    if (!options.payer && !nobody_) options.payer = Payer{.org = {}, .user = "ann", .step = {}};
    model_->start(request_, std::move(options), [this](CallResult result) {
      EXPECT_FALSE(result_) << "done twice";
      result_ = std::move(result);
      settled_before_done_ = book_.settled.size();
    });
  }
  void work() {
    while (!jobs_.empty()) {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }
  void finish(CallOptions options = {}) {
    start(std::move(options));
    work();
  }
  std::string code() const { return !result_ ? "none" : result_->fault ? result_->fault->error.code : "ok"; }

  // A thousandth of a dollar for a token of input, two for one of output.
  ModelEntry entry_{.name = "small",
                    .endpoint = {.api = Api::openai_chat, .base_url = "http://x/v1", .model = "m", .key = "k"},
                    .prices = Prices{.input = 1'000 * kUsd, .cache_read = 0, .cache_write = 0, .output = 2'000 * kUsd}};
  std::shared_ptr<const Request> request_ = [] {
    Request request;
    request.messages = {{.role = Role::user, .parts = {Text{"Say hello."}}}};
    request.max_tokens = 100;
    return std::make_shared<const Request>(std::move(request));
  }();
  Book book_;
  VirtualTime time_;
  std::deque<std::function<void()>> jobs_;
  bool full_ = false, nobody_ = false;
  std::shared_ptr<Inner> inner_ = std::make_shared<Inner>();
  std::unique_ptr<PayingModel> model_ = make();
  std::vector<std::string> unsettled_;
  std::optional<CallResult> result_;
  std::size_t settled_before_done_ = 0;
};

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
  inner_->waiting({.answer = {}, .fault = make_fault(FaultKind::cancelled, "closed"), .may_be_billed = true});
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
  inner_->waiting(inner_->give);
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
