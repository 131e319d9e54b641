// Datagrams that name ready steps: their bytes, who gets which, where they are heard, and what is remembered of them.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <random>
#include <set>

#include "common/core/crypto.h"
#include "common/runtime/hint/peers.h"
#include "common/runtime/hint/receiver.h"
#include "common/runtime/hint/twins.h"
#include "tests/unit/runtime/manual_clock.h"

namespace argosy::runtime {
namespace {

using std::chrono::milliseconds;
using tasks::Lane;
using tasks::Queue;

const TaskId kTask{Uuid::v7(1)};
const std::string kKey = "8 bytes.";

StepRef step(int ordinal) { return {kTask, static_cast<std::int16_t>(ordinal)}; }

std::vector<HintedStep> some_steps() { return {{step(0), Lane::urgent}, {step(INT16_MAX), Lane::background}, {step(258), Lane::normal}}; }

std::vector<tasks::ReadyStep> ready(Queue queue, int count) {
  std::vector<tasks::ReadyStep> all;
  for (int i = 0; i < count; ++i) all.push_back({.ref = step(i), .queue = queue, .traceparent = {}});
  return all;
}

TEST(HintDatagram, ReadsBackWhatItWrites) { EXPECT_EQ(decode_hint(encode_hint(kKey, some_steps()), kKey), some_steps()); }

TEST(HintDatagram, IsRefusedUnderAnotherKey) { EXPECT_FALSE(decode_hint(encode_hint("another.", some_steps()), kKey)); }

TEST(HintDatagram, IsRefusedCutOrLengthened) {
  const auto whole = encode_hint(kKey, some_steps());
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(decode_hint(whole.substr(0, size), kKey)) << size;
  EXPECT_FALSE(decode_hint(whole + '\0', kKey));
  EXPECT_FALSE(decode_hint(whole + whole, kKey));
}

TEST(HintDatagram, IsRefusedWithAnotherVersionNoStepOrTooMany) {
  auto other = encode_hint(kKey, some_steps());
  other[2] = 2;
  EXPECT_FALSE(decode_hint(other, kKey));
  EXPECT_FALSE(decode_hint(encode_hint(kKey, {}), kKey));
  EXPECT_FALSE(decode_hint(encode_hint(kKey, std::vector<HintedStep>(kMaxHintSteps + 1)), kKey));
  EXPECT_TRUE(decode_hint(encode_hint(kKey, std::vector<HintedStep>(kMaxHintSteps)), kKey));
}

// Whatever bytes are changed: it is refused, or names legal lanes and ordinals.
TEST(HintDatagram, NeverNamesWhatCannotBe) {
  std::mt19937 random(1);
  const auto whole = encode_hint(kKey, some_steps());
  for (int i = 0; i < 20'000; ++i) {
    auto changed = whole;
    for (int n = 0; n < 3; ++n) changed[random() % changed.size()] = static_cast<char>(random());
    const auto named = decode_hint(changed, kKey);
    if (!named) continue;
    for (const auto& [ref, lane] : *named) {
      EXPECT_GE(ref.ordinal, 0);
      EXPECT_LT(static_cast<std::size_t>(lane), tasks::kLanes.size());
    }
  }
}

TEST(Peers, SiblingsSpreadOverAllThatListen) {
  const Peers peers({{Queue::codegen, "127.0.0.1:1", kKey}, {Queue::codegen, "127.0.0.1:2", kKey}, {Queue::git, "127.0.0.1:3", kKey}});
  const auto letters = peers.address(ready(Queue::codegen, 4), 0);
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_NE(letters[0].to, letters[1].to);
  EXPECT_EQ(letters[0].steps.size(), 2u);
  EXPECT_EQ(letters[1].steps.size(), 2u);
}

TEST(Peers, ASingleStepGoesToEachInTurn) {
  const Peers peers({{Queue::codegen, "127.0.0.1:1", kKey}, {Queue::codegen, "127.0.0.1:2", kKey}});
  std::set<std::string> told;
  for (std::uint64_t turn = 0; turn < 2; ++turn) told.insert(peers.address(ready(Queue::codegen, 1), turn).at(0).to->address.to_string());
  EXPECT_EQ(told.size(), 2u);
}

TEST(Peers, AStepWhoseQueueNobodyListensForGoesToNobody) {
  const Peers peers({{Queue::codegen, "127.0.0.1:1", kKey}});
  EXPECT_TRUE(peers.address(ready(Queue::git, 3), 0).empty());
  EXPECT_TRUE(Peers().address(ready(Queue::git, 3), 0).empty());
}

TEST(Peers, WhatMakesNoSenseIsLeftOut) {
  const Peers peers(
      {{Queue::git, "somewhere:1", kKey}, {Queue::git, "127.0.0.1:1", "short"}, {static_cast<Queue>(9), "127.0.0.1:1", kKey}});
  EXPECT_TRUE(peers.address(ready(Queue::git, 1), 0).empty());
}

class Receiver : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = HintReceiver::open("127.0.0.1:0", metrics_);
    ASSERT_TRUE(opened) << to_string(opened.error());
    receiver_ = std::move(*opened);
    ASSERT_EQ(::connect(socket_, address().data(), address().size()), 0);
  }
  ~Receiver() override { ::close(socket_); }

  SocketAddress address() const { return *SocketAddress::parse(receiver_->address()); }
  void send(const std::string& bytes) { ASSERT_EQ(::send(socket_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size())); }

  telemetry::Metrics metrics_;
  std::unique_ptr<HintReceiver> receiver_;
  int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(Receiver, HearsWhatBeginsWithItsKeyAndCountsTheRest) {
  send(encode_hint("another.", some_steps()));
  send(std::string(kMaxHintBytes * 2, 'A'));
  send("");
  send(encode_hint(receiver_->key(), some_steps()));
  EXPECT_EQ(receiver_->take(), some_steps());
  EXPECT_TRUE(receiver_->take().empty());
  EXPECT_NE(metrics_.render().find("argosy_hints_received_total{result=\"refused\"} 3"), std::string::npos) << metrics_.render();
}

TEST_F(Receiver, HoldsABoundedNumberAndLosesTheRest) {
  constexpr std::size_t kSent = 5'000;
  for (std::size_t i = 0; i < kSent; ++i) send(encode_hint(receiver_->key(), {{step(1), Lane::normal}}));
  std::size_t heard = 0;
  for (auto steps = receiver_->take(); !steps.empty(); steps = receiver_->take()) {
    EXPECT_LE(steps.size(), HintReceiver::kDatagramsPerLook);
    heard += steps.size();
  }
  EXPECT_GT(heard, 0u);
  EXPECT_LT(heard, kSent / 2);
}

TEST_F(Receiver, SaysWhyItCannotListen) {
  const auto twice = HintReceiver::open(receiver_->address(), metrics_);
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("in use"), std::string::npos) << twice.error().message;
}

class TwinsTest : public ::testing::Test {
 protected:
  std::vector<StepRef> strangers(int from, int count) {
    std::vector<StepRef> steps;
    for (int i = from; i < from + count; ++i) steps.push_back(step(i));
    return twins_.strangers(steps, clock_.boot_time());
  }
  bool expect(int ordinal) { return twins_.expect(step(ordinal), clock_.boot_time()); }

  ManualClock clock_;
  Twins twins_;
};

TEST_F(TwinsTest, ADispatchIsLeftWithWhatNoDatagramNamed) {
  EXPECT_TRUE(expect(1));
  EXPECT_EQ(strangers(0, 3), (std::vector{step(0), step(2)}));
}

TEST_F(TwinsTest, OnlyTheNextDispatchIsATwin) {
  EXPECT_TRUE(expect(1));
  EXPECT_TRUE(strangers(1, 1).empty());
  EXPECT_EQ(strangers(1, 1).size(), 1u);
}

TEST_F(TwinsTest, ASecondDatagramOfTheSameStepIsNone) {
  EXPECT_TRUE(expect(1));
  EXPECT_FALSE(expect(1));
}

TEST_F(TwinsTest, WhatWasHandedBackIsToldAnew) {
  EXPECT_TRUE(expect(1));
  twins_.forget(step(1));
  EXPECT_EQ(strangers(1, 1).size(), 1u);
  EXPECT_TRUE(expect(1));
}

TEST_F(TwinsTest, RemembersForASecond) {
  EXPECT_TRUE(expect(1));
  EXPECT_TRUE(expect(2));
  clock_.advance(Twins::kRemembered - milliseconds(1));
  EXPECT_TRUE(strangers(1, 1).empty());
  clock_.advance(milliseconds(1));
  EXPECT_EQ(strangers(2, 1).size(), 1u);
}

TEST_F(TwinsTest, RemembersNoMoreThanItsBoundAndTakesNewOnesWhenOldOnesAreOver) {
  const int most = static_cast<int>(Twins::kMost);
  for (int i = 0; i < most; ++i) EXPECT_TRUE(expect(i));
  EXPECT_FALSE(expect(most));
  EXPECT_TRUE(strangers(0, 1).empty());
  EXPECT_TRUE(expect(most));
  clock_.advance(Twins::kRemembered);
  EXPECT_TRUE(expect(most + 1));
}

}  // namespace
}  // namespace argosy::runtime
