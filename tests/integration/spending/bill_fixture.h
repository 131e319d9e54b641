// What stands between a ledger and a vendor in the test of the bill: it sees every try, loses answers, and lets processes die.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "common/core/clock.h"
#include "common/http/stream_client.h"
#include "common/llm/call/http_model.h"
#include "common/llm/ledger.h"

namespace argosy::store {

inline constexpr int kWhoDies = 10;  // one process of so many, at each step

// What becomes of a try, for who sees it between the ledger and the vendor.
struct Tried {
  bool dead = false;  // its process died: nobody settles it
  bool whole = false, may_be_billed = false;
  llm::Usage usage{};
};

class Witness {
 public:
  explicit Witness(unsigned seed) : random_(seed) {}
  bool dies() {
    const std::scoped_lock lock(mutex_);
    return random_() % kWhoDies == 0;
  }
  // The try that a call is at; its attempt's number tells the call.
  void reserved(std::int16_t attempt, const std::string& call) {
    const std::scoped_lock lock(mutex_);
    last_[attempt] = call;
  }
  std::string name_of(std::int16_t attempt) {
    const std::scoped_lock lock(mutex_);
    return last_.at(attempt);
  }
  void change(const std::string& call, const std::function<void(Tried&)>& how) {
    const std::scoped_lock lock(mutex_);
    how(tried_[call]);
  }
  Tried of(const std::string& call) {
    const std::scoped_lock lock(mutex_);
    return tried_[call];
  }

 private:
  std::mutex mutex_;
  std::minstd_rand random_;
  std::map<std::int16_t, std::string> last_;
  std::map<std::string, Tried> tried_;
};

// A ledger whose answers get lost, and whose callers die.
class FrailLedger : public llm::Ledger {
 public:
  FrailLedger(std::unique_ptr<llm::Ledger> real, Witness& witness) : real_(std::move(real)), witness_(witness) {}

  Result<void> reserve(const llm::Payer& payer, const std::string& call, const std::string& model, const llm::Spend& worst,
                       std::int64_t lifetime_ms) override {
    auto held = real_->reserve(payer, call, model, worst, lifetime_ms);
    if (!held) return held;
    witness_.reserved(payer.attempt, call);
    if (witness_.dies()) {  // before it sends
      witness_.change(call, [](Tried& one) { one.dead = true; });
      return fail_transient("database_unavailable", "its process died");
    }
    if (witness_.dies()) return fail_transient("database_unavailable", "the answer was lost");
    return held;
  }
  Result<void> settle(const std::string& call, const llm::Spend& real, const llm::Usage& usage) override {
    if (witness_.dies()) witness_.change(call, [](Tried& one) { one.dead = true; });
    if (witness_.of(call).dead) return {};
    return real_->settle(call, real, usage);
  }

 private:
  const std::unique_ptr<llm::Ledger> real_;
  Witness& witness_;
};

// The vendor, with the try's name as key.
class NamedModel : public llm::Model {
 public:
  NamedModel(llm::Endpoint endpoint, http::StreamClient& client, Witness& witness)
      : endpoint_(std::move(endpoint)),
        client_(client),
        witness_(witness),
        gates_(system_clock(),
               [&client](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); }) {}

  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override {
    auto endpoint = endpoint_;
    endpoint.key = witness_.name_of(options.payer->attempt);
    llm::HttpModel once({.endpoint = endpoint, .local = true}, client_, gates_.at(endpoint), system_clock());
    once.start(std::move(request), std::move(options), [this, call = endpoint.key, done = std::move(done)](llm::CallResult result) {
      witness_.change(call, [&](Tried& one) {
        one.whole = result.answer.complete && !result.fault;
        one.may_be_billed = result.may_be_billed;
        one.usage = result.answer.usage;
      });
      done(std::move(result));
    });
  }

 private:
  const llm::Endpoint endpoint_;
  http::StreamClient& client_;
  Witness& witness_;
  llm::Gates gates_;
};

}  // namespace argosy::store
