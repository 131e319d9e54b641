// Vectors are paid like answers: nothing is asked without room, and what is used takes the worst case's place.
#include "common/llm/embed/paying_embedder.h"

#include <gtest/gtest.h>

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
    if (is_down) return fail_transient("database_unavailable", "away");
    reserved = worst;
    this->call = call;
    this->model = model;
    this->lifetime_ms = lifetime_ms;
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
  Embedding ask(CallOptions options) {
    PayingEmbedder paying(inner_, model_, book_, [this](std::function<void()> what) {
      if (has_room_) what();
      return has_room_;
    });
    std::optional<Embedding> got;
    paying.start(std::make_shared<const std::vector<std::string>>(1, std::string(84, 'x')), std::move(options),
                 [&](Embedding embedding) { got = std::move(embedding); });
    return got.value();
  }
  Embedding ask() { return ask({.payer = Payer{}}); }
  static std::string code(const Embedding& embedding) { return embedding.fault ? embedding.fault->error.code : "ok"; }

  Made inner_;
  Book book_;
  ModelEntry model_{.name = "vectors", .prices = Prices{.input = kUsd, .output = 0}};
  bool has_room_ = true;
};

TEST_F(PaidVectors, ReservesAByteATokenAndSettlesWhatWasUsed) {
  EXPECT_EQ(code(ask()), "ok");
  EXPECT_EQ(book_.model, "vectors");
  EXPECT_EQ(book_.reserved->tokens, 100);
  EXPECT_EQ(book_.reserved->money, kUsd / 10'000);
  EXPECT_EQ(book_.settled->tokens, 3);
  EXPECT_EQ(book_.settled->money, 3 * kUsd / 1'000'000);
  EXPECT_GT(book_.lifetime_ms, std::chrono::milliseconds(http::StreamTimeouts{}.total).count());
}

TEST_F(PaidVectors, AsksNobodyWithoutRoomAPayerOrAPrice) {
  EXPECT_EQ(code(ask({})), "payer_missing");
  book_.room = false;
  EXPECT_EQ(code(ask()), "budget_exhausted");
  book_.room = true;
  book_.is_down = true;
  EXPECT_EQ(code(ask()), "database_unavailable");
  model_.prices.reset();
  EXPECT_EQ(code(ask()), "model_price_unknown");
  has_room_ = false;
  model_.prices.emplace();
  EXPECT_EQ(code(ask()), "model_paused");
  EXPECT_EQ(inner_.asked, 0);
}

TEST_F(PaidVectors, WhatMayBeBilledWithoutUsageCostsTheWorst) {
  inner_.answer = {.fault = make_fault(FaultKind::broken_stream, "cut"), .may_be_billed = true};
  EXPECT_EQ(code(ask()), "stream_broken");
  EXPECT_EQ(book_.settled->money, book_.reserved->money);
  inner_.answer.may_be_billed = false;
  ask();
  EXPECT_EQ(book_.settled->money, 0);
  inner_.answer = {.vectors = {{1}}, .usage = {}, .may_be_billed = true};
  ask();
  EXPECT_EQ(book_.settled->tokens, 100);
}

TEST_F(PaidVectors, SettlesAgainWhereTheDatabaseWasAwayForAMoment) {
  book_.fails = 2;
  EXPECT_EQ(code(ask()), "ok");
  EXPECT_TRUE(book_.settled);
}

}  // namespace
}  // namespace argosy::llm
