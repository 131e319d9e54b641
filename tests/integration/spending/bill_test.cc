// What the ledger says beside what the vendor bills: random calls with retries through every layer that pays, over HTTP against the
// stand-in for model vendors and on a real ledger, with faults of the vendor, calls that are stopped, and processes that die between any
// two steps. The stand-in bills a token for every byte, and writes the name that the ledger knows a try by beside it: it is sent as the
// key.
#include <gmock/gmock.h>

#include <latch>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include "common/llm/call/retrying_model.h"
#include "common/llm/money/paying_model.h"
#include "common/runtime/models/spending_ledger.h"
#include "common/runtime/work_pool.h"
#include "tests/integration/spending/bill_fixture.h"
#include "tests/integration/spending/spending_fixture.h"
#include "tests/support/models/model_server.h"

namespace argosy::store {
namespace {

using namespace std::chrono_literals;

constexpr int kWaves = 8, kTogether = 14, kTasks = 24;
constexpr NanoUsd kTaskCap = 5 * kUsd, kUserCap = 45 * kUsd, kOrgCap = 75 * kUsd;
// Ten dollars for ten thousand tokens: a call may cost a dollar, and a task of five is soon through.
constexpr llm::Prices kPrices{.input = 1'000 * kUsd, .cache_read = 1'000 * kUsd, .cache_write = 1'000 * kUsd, .output = 2'000 * kUsd};

constexpr const char* kKinds[] = {"fine",       "fine",       "plain", "flaky",       "fine",        "plain",
                                  "flaky",      "no_usage",   "cut",   "error_event", "no_end_mark", "server_error",
                                  "rate_limit", "overloaded", "auth",  "silence",     "stall",       "early"};

struct Line {
  std::int64_t tokens = 0;
  NanoUsd money = 0;
};

class Bill : public Spending, public ::testing::WithParamInterface<llm::Api> {
 protected:
  static test::ModelServer& server() {
    static test::ModelServer one;
    return one;
  }

  static std::string rules() {
    std::string list;
    const auto rule = [&](std::string_view kind, std::string_view more, std::string_view when = "") {
      list += fmt::format(
          R"({}{{"when":{{"contains":"[{}]"}}{},"then":{{"text":"a text of some length, and some more","bytes_per_token":1{}}}}})",
          list.empty() ? "" : ",", kind, when, more);
    };
    rule("flaky", R"(,"pieces":10,"fault":"cut")", R"(,"times":10)");
    for (const auto* fault : {"no_usage", "cut", "error_event", "no_end_mark", "server_error", "overloaded", "auth", "silence", "stall"})
      rule(fault, fmt::format(R"(,"pieces":10,"fault":"{}")", fault));
    rule("rate_limit", R"(,"fault":"rate_limit","headers":{"retry-after-ms":"2"})");
    for (const auto* kind : {"fine", "plain", "flaky", "early"}) rule(kind, R"(,"pieces":10)");
    return "[" + list + "]";
  }

  // Runs one wave of calls to its end. `first` numbers them.
  void call_together(llm::Model& model, int first, std::minstd_rand& random) {
    const auto done = std::make_shared<std::latch>(kTogether);
    std::vector<std::stop_source> stops(kTogether);
    for (int i = 0; i < kTogether; ++i) {
      const std::string kind = kKinds[static_cast<std::size_t>(first + i) % std::size(kKinds)];
      llm::Request request;
      request.messages = {{.role = llm::Role::user, .parts = {llm::Text{fmt::format("[{}] {}", kind, std::string(random() % 300, 'x'))}}}};
      request.max_tokens = 200;
      auto& stop = stops[static_cast<std::size_t>(i)];
      llm::CallOptions options{.stop = stop.get_token(),
                               .payer = llm::Payer{.org = org,
                                                   .user = i % 2 == 0 ? "ann" : "bob",
                                                   .step = {tasks_[random() % kTasks], 1},
                                                   .attempt = static_cast<std::int16_t>(first + i)},
                               .stream = kind != "plain"};
      if (kind == "silence") options.timeouts.first_byte = 100ms;
      if (kind == "stall") options.on_delta = [&stop](llm::Delta, std::string_view) { stop.request_stop(); };
      model.start(std::make_shared<const llm::Request>(std::move(request)), std::move(options), [this, done](llm::CallResult result) {
        if (result.fault) note_fault(result.fault->error.code);
        done->count_down();
      });
      if (kind == "early") stop.request_stop();
    }
    done->wait();
  }

  void note_fault(const std::string& code) {
    const std::scoped_lock lock(mutex_);
    ++faults_[code];
  }

  // By the names that tries have.
  std::map<std::string, Line> billed() {
    std::map<std::string, Line> lines;
    server().left_early();  // once nobody is answered any more
    const auto bill = server().bill();
    for (const auto& one : bill.find("calls")->as_array()) {
      const auto input = one.int_or("input", 0), output = one.int_or("output", 0);
      auto& line = lines[one.string_or("key", "")];
      line.tokens += input + output;
      line.money += (input * kPrices.input + output * kPrices.output) / 1'000'000;
    }
    return lines;
  }

  void charge_the_dead() {
    ASSERT_TRUE(testing::eventually([&] {  // what was given back a little later is back
      for (const auto& row : database.query("SELECT call FROM model_call WHERE state = 'held'"))
        if (!witness_.of(row[0]).dead) return false;
      return true;
    }));
    database.query("UPDATE model_call SET expires_at = clock_timestamp() - interval '1 s' WHERE state = 'held'");
    must(expire_spending(*db));
  }

  Witness witness_{static_cast<unsigned>(GetParam()) + 1};
  std::vector<TaskId> tasks_ = [] {
    std::vector<TaskId> made;
    for (int i = 0; i < kTasks; ++i) made.push_back(new_task());
    return made;
  }();
  std::mutex mutex_;
  std::map<std::string, int> faults_;
};

TEST_P(Bill, OfTheVendorIsNeverAboveTheLedgersAndNeverAboveACap) {
  server().rules(rules());
  server().reset();
  cap(BudgetScope::org, BudgetPeriod::day, kOrgCap);
  cap(BudgetScope::user, BudgetPeriod::month, kUserCap);
  {
    FrailLedger ledger(runtime::spending_ledger(std::shared_ptr<Database>(database.open(2))), witness_);
    runtime::WorkPool pool(4, 1'000);
    http::StreamClient client;
    const llm::After after = [&](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); };
    const bool bare = GetParam() == llm::Api::ollama || GetParam() == llm::Api::anthropic;
    const llm::ModelEntry entry{
        .name = "small", .endpoint = {.api = GetParam(), .base_url = server().url(bare ? "" : "/v1"), .model = "m"}, .prices = kPrices};
    llm::PayingModel paying(
        entry, std::make_shared<NamedModel>(entry.endpoint, client, witness_), ledger,
        [&](std::function<void()> what) { return pool.post(std::move(what)); }, after,
        [&](const std::string&, const Error& why) { note_fault("unsettled: " + why.code); });
    llm::RetryingModel model(paying, after, [] { return 0.5; }, {.policy = {.fast_base = 2ms}});
    std::minstd_rand random(7);
    for (int wave = 0; wave < kWaves; ++wave) call_together(model, wave * kTogether, random);
    charge_the_dead();
  }

  const auto bill = billed();
  std::map<std::string, int> seen;
  std::map<std::string, NanoUsd> of_task;
  std::set<std::string> known;
  for (const auto& row : database.query("SELECT call, state, nano, tokens, worst_nano, task_id FROM model_call")) {
    const auto hit = bill.find(row[0]);
    const Line line = hit == bill.end() ? Line{} : hit->second;
    const NanoUsd charge = std::stoll(row[2]), worst = std::stoll(row[4]);
    const auto tried = witness_.of(row[0]);
    known.insert(row[0]);
    of_task[row[5]] += line.money;
    EXPECT_GE(charge, line.money);
    EXPECT_LE(charge, worst);
    EXPECT_EQ(row[1], tried.dead ? "expired" : "settled");
    if (tried.dead) {
      ++seen["dead"];
      EXPECT_EQ(charge, worst);
    } else if (tried.whole && tried.usage.input && tried.usage.output) {
      ++seen["whole"];
      EXPECT_EQ(charge, line.money);
      EXPECT_EQ(std::stoll(row[3]), line.tokens);
    } else if (tried.may_be_billed) {
      ++seen["unclear"];
      EXPECT_EQ(charge, worst);
    } else {
      ++seen["not sent"];
      EXPECT_EQ(charge, 0);
      EXPECT_EQ(line.tokens, 0);
    }
  }
  for (const auto& [call, line] : bill) EXPECT_TRUE(known.contains(call)) << "a call that was never reserved";
  for (const auto& [task, money] : of_task) EXPECT_LE(money, kTaskCap);
  EXPECT_EQ(database.value(fmt::format("SELECT count(*) FROM budget_use WHERE held_nano <> 0 OR spent_nano > "
                                       "CASE scope WHEN 'task' THEN {} WHEN 'user' THEN {} ELSE {} END",
                                       kTaskCap, kUserCap, kOrgCap)),
            "0");
  for (const auto& [code, count] : faults_) EXPECT_FALSE(code.starts_with("unsettled")) << code;
  // All of that would be true of nothing.
  for (const auto* kind : {"dead", "whole", "unclear", "not sent"}) EXPECT_GT(seen[kind], 0) << kind;
  EXPECT_GT(faults_["budget_exhausted"], 0);
}

INSTANTIATE_TEST_SUITE_P(Every, Bill,
                         ::testing::Values(llm::Api::openai_chat, llm::Api::openai_responses, llm::Api::anthropic, llm::Api::ollama),
                         [](const auto& info) {
                           std::string name(to_string(info.param));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace argosy::store
