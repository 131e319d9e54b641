// A paying model between a ledger and a model that do as they are told, in virtual time. One thread.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/llm/money/paying_model.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {

// A thousandth of a dollar.
inline constexpr NanoUsd kMilli = kUsd / 1'000;

struct Booking {
  std::string call{}, model{};
  Spend spend{};
  std::int64_t lifetime = 0;
};

class BookLedger : public Ledger {
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
  std::vector<Booking> reserved, settled;
  Result<void> refusal{};
  std::function<void()> while_reserving;
  int fails = 0;
  bool unknown = false;
};

class PaidModel : public Model {
 public:
  void start(std::shared_ptr<const Request>, CallOptions, OnDone done) override {
    ++asked;
    if (waits) {
      waiting = std::move(done);
    } else {
      done(give);
    }
  }
  // To the call that waits.
  void answer(CallResult result) { std::exchange(waiting, nullptr)(std::move(result)); }
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
  BookLedger book_;
  VirtualTime time_;
  std::deque<std::function<void()>> jobs_;
  bool full_ = false, nobody_ = false;
  std::shared_ptr<PaidModel> inner_ = std::make_shared<PaidModel>();
  std::unique_ptr<PayingModel> model_ = make();
  std::vector<std::string> unsettled_;
  std::optional<CallResult> result_;
  std::size_t settled_before_done_ = 0;
};

}  // namespace argosy::llm
