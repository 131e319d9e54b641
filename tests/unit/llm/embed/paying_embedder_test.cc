// Vectors are paid like answers: nothing is asked without room, and what is used takes the worst case's place.
#include "common/llm/embed/paying_embedder.h"

#include <gtest/gtest.h>

#include <deque>

#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

class Made : public Embedder {
 public:
  const std::string& name() const override { return name_; }
  void start(Texts, CallOptions, OnEmbedding done) override {
    ++asked;
    done(answer);
  }
  Embedding answer{.vectors = {{1}}, .usage = {.input = 3, .output = 0}, .may_be_billed = true};
  int asked = 0;

 private:
  std::string name_ = "made";
};

class Book : public Ledger {
 public:
  Result<void> reserve(const Payer&, const std::string& call, const std::string& model, const Spend& worst,
                       std::int64_t lifetime_ms) override {
    if (!room) return fail_user("budget_exhausted", "no room", "make some");
    reserved = worst;
    this->call = call;
    this->model = model;
    this->lifetime_ms = lifetime_ms;
    if (is_down) return fail_transient("database_unavailable", "away");
    return {};
  }
  Result<void> settle(const std::string& call, const Spend& real, const Usage&) override {
    if (fails-- > 0) return fail_transient("database_unavailable", "away");
    EXPECT_EQ(call, this->call);
    settled = real;
    return {};
  }
  bool room = true, is_down = false;
  int fails = 0;
  std::string call, model;
  std::int64_t lifetime_ms = 0;
  std::optional<Spend> reserved, settled;
};

class PaidVectors : public testing::Test {
 protected:
  std::unique_ptr<PayingEmbedder> make() {
    return std::make_unique<PayingEmbedder>(
        inner_, model_, book_,
        [this](std::function<void()> job) {
          if (has_room_) jobs_.push_back(std::move(job));
          return has_room_;
        },
        time_.after(), [this](const std::string& call, const Error& why) { unsettled_.emplace_back(call, why.code); });
  }
  Embedding ask(CallOptions options) {
    const auto paying = make();
    std::optional<Embedding> got;
    paying->start(texts_, std::move(options), [&](Embedding embedding) {
      EXPECT_FALSE(got) << "done twice";
      got = std::move(embedding);
      settled_before_done_ = book_.settled.has_value();
    });
    work();
    return got.value();
  }
  void work() {
    while (!jobs_.empty()) {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }
  // All tries of what could not be settled.
  void pass_a_minute() {
    for (int second = 0; second < 60; ++second) {
      time_.pass(std::chrono::seconds(1));
      work();
    }
  }
  Embedding ask() { return ask({.payer = Payer{}}); }
  static std::string code(const Embedding& embedding) { return embedding.fault ? embedding.fault->error.code : "ok"; }

  std::shared_ptr<Made> inner_ = std::make_shared<Made>();
  Book book_;
  VirtualTime time_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::pair<std::string, std::string>> unsettled_;  // call, why
  const Texts texts_ = std::make_shared<const std::vector<std::string>>(1, std::string(84, 'x'));
  ModelEntry model_{.name = "vectors", .prices = Prices{.input = kUsd, .output = 0}};
  bool has_room_ = true, settled_before_done_ = false;
};

TEST_F(PaidVectors, ReservesAByteATokenAndSettlesWhatWasUsed) {
  EXPECT_EQ(code(ask()), "ok");
  EXPECT_TRUE(settled_before_done_);
  EXPECT_EQ(book_.model, "vectors");
  EXPECT_EQ(book_.reserved->tokens, 100);
  EXPECT_EQ(book_.reserved->money, kUsd / 10'000);
  EXPECT_EQ(book_.settled->tokens, 3);
  EXPECT_EQ(book_.settled->money, 3 * kUsd / 1'000'000);
  EXPECT_GT(book_.lifetime_ms, std::chrono::milliseconds(http::StreamTimeouts{}.total).count());
}

TEST_F(PaidVectors, AsksNobodyWithoutRoomAPayerOrAPrice) {
  EXPECT_EQ(code(ask({})), "payer_missing");
  const auto refused = [this](FaultKind kind, std::string_view code) {
    const auto made = ask();
    ASSERT_TRUE(made.fault) << code;
    EXPECT_EQ(made.fault->kind, kind) << code;
    EXPECT_EQ(made.fault->error.code, code);
  };
  book_.room = false;
  refused(FaultKind::budget, "budget_exhausted");
  book_.room = true;
  book_.is_down = true;
  refused(FaultKind::paused, "database_unavailable");
  model_.prices.reset();
  refused(FaultKind::budget, "model_price_unknown");
  has_room_ = false;
  model_.prices.emplace();
  refused(FaultKind::paused, "model_paused");
  EXPECT_EQ(inner_->asked, 0);
}

TEST_F(PaidVectors, OfACancelledCallAreNeitherReservedNorAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(code(ask({.stop = stop.get_token(), .payer = Payer{}})), "cancelled");
  EXPECT_FALSE(book_.reserved);
  EXPECT_EQ(inner_->asked, 0);
}

TEST_F(PaidVectors, WhatMayBeBilledWithoutUsageCostsTheWorst) {
  inner_->answer = {.fault = make_fault(FaultKind::broken_stream, "cut"), .may_be_billed = true};
  EXPECT_EQ(code(ask()), "stream_broken");
  EXPECT_EQ(book_.settled->money, book_.reserved->money);
  inner_->answer.may_be_billed = false;
  ask();
  EXPECT_EQ(book_.settled->money, 0);
  inner_->answer = {.vectors = {{1}}, .usage = {}, .may_be_billed = true};
  ask();
  EXPECT_EQ(book_.settled->tokens, 100);
}

// The ledger of a database that goes away in the middle.
class UnsettledVectors : public PaidVectors {
 protected:
  // The embedder stays until the time is over.
  std::string ask_and_wait() {
    const auto paying = make();
    std::string got = "none";
    paying->start(texts_, {.payer = Payer{}}, [&](const Embedding& embedding) { got = code(embedding); });
    work();
    pass_a_minute();
    return got;
  }
};

TEST_F(UnsettledVectors, AreSettledAgainOnceTheDatabaseIsBack) {
  book_.fails = 3;
  EXPECT_EQ(ask_and_wait(), "ok");
  ASSERT_TRUE(book_.settled);
  EXPECT_EQ(book_.settled->tokens, 3);
  EXPECT_TRUE(unsettled_.empty());
}

TEST_F(UnsettledVectors, ThatStaySoAreTold) {
  book_.fails = 100;
  EXPECT_EQ(ask_and_wait(), "ok") << "the vectors are there";
  ASSERT_EQ(unsettled_.size(), 1U);
  EXPECT_EQ(unsettled_[0], std::pair(book_.call, std::string("database_unavailable")));
  EXPECT_EQ(book_.fails, 100 - kSettleTries);
}

TEST_F(UnsettledVectors, AReservationOfWhichNobodyKnowsIsGivenBack) {
  book_.is_down = true;
  EXPECT_EQ(ask_and_wait(), "database_unavailable");
  ASSERT_TRUE(book_.settled);
  EXPECT_EQ(book_.settled->tokens, 0);
  EXPECT_EQ(inner_->asked, 0);
}

TEST_F(UnsettledVectors, ATryThatStillWaitsNeedsNoEmbedder) {
  book_.fails = 1;
  auto paying = make();
  int done = 0;
  paying->start(texts_, {.payer = Payer{}}, [&](const Embedding&) { ++done; });
  work();
  EXPECT_EQ(done, 1);
  paying.reset();
  inner_.reset();
  pass_a_minute();
  EXPECT_TRUE(book_.settled);
}

TEST_F(UnsettledVectors, WaitForNoTryOnceTheEmbedderIsGone) {
  book_.fails = 1;
  auto paying = make();
  int done = 0;
  paying->start(texts_, {.payer = Payer{}}, [&](const Embedding&) { ++done; });
  paying.reset();
  work();
  EXPECT_EQ(done, 1);
  EXPECT_TRUE(time_.idle());
  EXPECT_EQ(unsettled_.size(), 1U);
}

}  // namespace
}  // namespace argosy::llm
