// Processes that share a Postgres hear of each other's broken models; what is told costs one probe and no more.
#include "common/runtime/models/breaker_hints.h"

#include <gmock/gmock.h>

#include "tests/integration/store/fixture.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::runtime {
namespace {

using llm::BreakerState;
using store::must;
using namespace std::chrono_literals;

constexpr auto kUrl = "https://a/v1";

// A process with one model. Its clock is its own: only the database's is shared.
struct OneProcess {
  explicit OneProcess(store::Database& db) : hints(db, self, gates, time) {}
  std::shared_ptr<llm::Gate> gate(const std::string& key = "k") { return gates.at({.base_url = kUrl, .model = "m", .key = key}); }
  BreakerState state() { return gate()->state().breaker; }
  // One call; false: it was not sent.
  bool call(bool fails) {
    const auto number = llm::Gate::next_number();
    bool sent = false;
    gate()->enter(number, "t", 1, 1min, [&](const std::optional<llm::Fault>& refused) { sent = !refused; });
    time.pass(0ms);
    const auto fault = llm::make_fault(llm::FaultKind::server_error, "500");
    if (sent) gate()->leave(number, fails ? &fault : nullptr, 1ms, {});
    return sent;
  }
  void fail() {
    for (int i = 0; i < 5; ++i) call(true);
    ASSERT_EQ(state(), BreakerState::open);
  }

  const WorkerId self{Uuid::v4()};
  llm::VirtualTime time;
  llm::Gates gates{time, time.after()};
  BreakerHints hints;
};

class BreakerHintsTest : public store::StoreTest {
 protected:
  BreakerHintsTest() { other_.gate(); }
  void both() {
    ours_.hints.tick();
    other_.hints.tick();
  }
  std::string rows() { return database.value("SELECT count(*) FROM model_down"); }

  OneProcess ours_{*db}, other_{*db};
};

TEST_F(BreakerHintsTest, WhatOpensInOneProcessIsProbedInTheOther) {
  ours_.fail();
  both();
  EXPECT_EQ(other_.state(), BreakerState::half_open);
  EXPECT_TRUE(other_.call(true)) << "the probe";
  EXPECT_EQ(other_.state(), BreakerState::open) << "one failure was enough";
  EXPECT_FALSE(other_.call(true));
}

TEST_F(BreakerHintsTest, AHintIsHeardOnce) {
  ours_.fail();
  both();
  EXPECT_TRUE(other_.call(false));
  EXPECT_EQ(other_.state(), BreakerState::closed) << "it was wrong, or is over";
  for (int i = 0; i < 3; ++i) both();
  EXPECT_EQ(other_.state(), BreakerState::closed);
}

TEST_F(BreakerHintsTest, WhoCallsNobodyForgetsAHintWhenItsTimeIsOver) {
  ours_.fail();
  both();
  ASSERT_EQ(other_.state(), BreakerState::half_open);
  other_.hints.tick();
  EXPECT_EQ(other_.state(), BreakerState::half_open) << "it still holds";
  database.query("UPDATE model_down SET until = clock_timestamp()");
  other_.hints.tick();
  EXPECT_EQ(other_.state(), BreakerState::closed);
}

TEST_F(BreakerHintsTest, WhatOpensAgainIsToldAgain) {
  ours_.fail();
  both();
  other_.call(false);
  ours_.time.pass(10s);
  ours_.call(true);  // the probe
  both();
  EXPECT_EQ(other_.state(), BreakerState::half_open);
}

TEST_F(BreakerHintsTest, NobodyHearsOfAModelThatIsWellOrOfItself) {
  ours_.gate();
  both();
  EXPECT_EQ(rows(), "0");
  ours_.fail();
  both();
  ours_.time.pass(10s);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(ours_.call(false));
  ours_.hints.tick();
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(ours_.state(), BreakerState::closed) << "its own row still stands";
  EXPECT_TRUE(must(store::share_models_down(*db, ours_.self, {})).empty());
  EXPECT_EQ(must(store::share_models_down(*db, other_.self, {})).size(), 1u);
}

TEST_F(BreakerHintsTest, WhileItIsOpenItsRowIsWrittenOnce) {
  ours_.fail();
  both();
  const auto written = database.value("SELECT xmin FROM model_down");
  ours_.time.pass(4s);
  both();
  EXPECT_EQ(database.value("SELECT xmin FROM model_down"), written);
}

TEST_F(BreakerHintsTest, AForgedHintCostsOneProbe) {
  const std::vector<store::ModelDown> forged{
      {{std::string(64, 'f'), "m"}, 300'000}, {{crypto::sha256_hex(kUrl), "unknown"}, 300'000}, {{crypto::sha256_hex(kUrl), "m"}, 300'000}};
  must(store::share_models_down(*db, WorkerId{Uuid::v4()}, forged));
  for (int i = 0; i < 3; ++i) {
    other_.hints.tick();
    EXPECT_TRUE(other_.call(false)) << "calls go on";
  }
  EXPECT_EQ(other_.state(), BreakerState::closed);
}

TEST_F(BreakerHintsTest, NothingIsHeardOfWhatIsOver) {
  ours_.fail();
  ours_.hints.tick();
  database.query("UPDATE model_down SET until = clock_timestamp()");
  other_.hints.tick();
  EXPECT_EQ(other_.state(), BreakerState::closed);
  EXPECT_EQ(rows(), "1");
  must(store::share_models_down(*db, other_.self, std::vector<store::ModelDown>{{{crypto::sha256_hex("b"), "x"}, 1'000}}));
  EXPECT_EQ(database.value("SELECT model FROM model_down"), "x") << "who tells something sweeps";
}

TEST_F(BreakerHintsTest, NothingStandsInTheTableButADigest) {
  ours_.fail();
  ours_.hints.tick();
  EXPECT_EQ(database.value("SELECT base_url || model FROM model_down"), crypto::sha256_hex(kUrl) + "m");
  const auto longest = database.value("SELECT until < clock_timestamp() + interval '11 s' FROM model_down");
  EXPECT_EQ(longest, "t");
}

TEST_F(BreakerHintsTest, WithoutPostgresEachProcessKnowsWhatItFoundItself) {
  store::Database away({.url = "postgresql://127.0.0.1:1/none", .connections = 1, .acquire_timeout = 100ms});
  OneProcess alone(away);
  alone.fail();
  alone.hints.tick();
  EXPECT_EQ(alone.state(), BreakerState::open);
  BreakerHints back(*db, alone.self, alone.gates, alone.time);
  back.tick();
  EXPECT_EQ(rows(), "1") << "what is still open is told when it is back";
}

}  // namespace
}  // namespace argosy::runtime
