// Calls that are asked of a second model when the first is late, and routes past models that are down.

#include "common/llm/route/routed_model.h"
#include "tests/unit/llm/route/models.h"
#include "tests/unit/llm/route/routed.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

class Hedged : public Routed {
 protected:
  Hedged() : Routed("  - {use: [a, b, c], hedge_after_ms: 500}\n") {}
};

TEST_F(Hedged, AreAskedOfTheNextModelOnceTheFirstIsLate) {
  start();
  time_.pass(499ms);
  EXPECT_EQ(asked(), "a");
  time_.pass(1ms);
  EXPECT_EQ(asked(), "ab");
  time_.pass(1min);
  EXPECT_EQ(asked(), "ab") << "of two at once, never of three";
  at("b").answer("first");
  ASSERT_EQ(code(), "ok");
  EXPECT_EQ(result_->model, "b");
  EXPECT_TRUE(at("a").calls[0].was_stopped);
  EXPECT_EQ(at("a").settled, 1) << "who lost pays for itself";
  EXPECT_TRUE(result_->may_be_billed);
}

TEST_F(Hedged, AreNotOnceAnAnswerHasBegun) {
  start();
  at("a").say("I am ");
  time_.pass(1min);
  EXPECT_EQ(asked(), "a");
}

TEST_F(Hedged, ShowOneAnswerAtATime) {
  start();
  time_.pass(500ms);
  at("b").say("b one ");
  at("a").say("a one ");
  at("b").say("b two");
  at("a").answer("a one a two");
  EXPECT_EQ(seen_, "b one b two|a one ");
  EXPECT_EQ(result_->model, "a");
}

TEST_F(Hedged, GoOnWithTheOtherWhenOneFails) {
  start();
  time_.pass(500ms);
  at("a").say("a one ");
  at("b").say("b one ");
  at("a").fail(fault(FaultKind::broken_stream));
  EXPECT_EQ(seen_, "a one |b one ");
  EXPECT_EQ(asked(), "ab") << "the other one is the next";
  at("b").say("b two");
  at("b").fail(fault(FaultKind::broken_stream));
  EXPECT_EQ(asked(), "abc");
  at("c").say("c");
  at("c").answer("c");
  EXPECT_EQ(seen_, "a one |b one b two|c");
  EXPECT_EQ(result_->tries, 3);
}

TEST_F(Hedged, AreStoppedBoth) {
  std::stop_source stop;
  start({.stop = stop.get_token()});
  time_.pass(500ms);
  stop.request_stop();
  EXPECT_TRUE(at("a").calls[0].was_stopped && at("b").calls[0].was_stopped);
  EXPECT_EQ(code(), "cancelled");
}

TEST(RoutedByBreakers, PassOverWhoIsDown) {
  VirtualTime time;
  Gates gates(time, time.after(), {.at_least = 1});
  const auto catalogue = catalogue_of(model_line("a") + model_line("b"));
  const auto gate = gates.at(catalogue.models()[0].endpoint);
  const auto told = std::make_shared<ToldModel>();
  RoutedModel model(catalogue, {.model_of = [&](const ModelEntry&) { return told; },
                                .gate_of = [&](const ModelEntry& entry) { return gates.at(entry.endpoint); },
                                .clock = time,
                                .after = time.after()});
  const auto asked_first = [&] {
    CallResult result;
    model.start(std::make_shared<Request>(), {}, [&](CallResult done) { result = std::move(done); });
    told->answer("x");
    return result.model;
  };
  EXPECT_EQ(asked_first(), "a");
  const Fault down = fault(FaultKind::server_error);
  const auto number = Gate::next_number();
  gate->enter(number, "t", 1, 1s, [](const std::optional<Fault>&) {});
  gate->leave(number, &down, std::nullopt, {});
  EXPECT_EQ(gate->state().probe_in, 10s);
  EXPECT_EQ(asked_first(), "b");
  time.pass(10s);
  EXPECT_EQ(asked_first(), "a") << "a probe finds out";
}

}  // namespace
}  // namespace argosy::llm
