// Promises of the order: whatever Kafka and Postgres bring, in any order and any number of times, each event leaves once and in order.
#include "workers/fanout/event_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace argosy::fanout {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Frame frame(std::int64_t seq) { return std::make_shared<const std::string>(std::to_string(seq)); }

std::vector<std::int64_t> seqs(const std::vector<Numbered>& events) {
  std::vector<std::int64_t> all;
  for (const Numbered& event : events) {
    EXPECT_EQ(*event.frame, std::to_string(event.seq));  // the frame travels with its number
    all.push_back(event.seq);
  }
  return all;
}

class Order : public ::testing::Test {
 protected:
  std::vector<std::int64_t> offer(std::int64_t seq) { return seqs(order_.offer(seq, frame(seq), now_)); }
  std::vector<std::int64_t> head(std::int64_t head) { return seqs(order_.head_is(head, now_)); }
  // What Postgres is asked to read after, once this much time has passed.
  std::optional<std::int64_t> gap_in(milliseconds wait) {
    now_ += wait;
    return order_.take_gap(now_);
  }

  EventOrder order_{{.pending = 8, .recent = 4}};
  EventOrder::Time now_ = std::chrono::hours(1);
};

TEST_F(Order, LetsThroughWhatIsNext) {
  head(0);
  EXPECT_THAT(offer(1), ElementsAre(1));
  EXPECT_THAT(offer(2), ElementsAre(2));
  EXPECT_EQ(order_.next(), 3);
}

TEST_F(Order, DropsDuplicates) {
  head(5);
  EXPECT_THAT(offer(5), IsEmpty());
  EXPECT_THAT(offer(6), ElementsAre(6));
  EXPECT_THAT(offer(6), IsEmpty());
  EXPECT_FALSE(order_.wants(6));
  EXPECT_TRUE(order_.wants(7));
}

TEST_F(Order, HoldsWhatComesTooEarlyUntilTheHoleIsFilled) {
  head(0);
  EXPECT_THAT(offer(3), IsEmpty());
  EXPECT_THAT(offer(2), IsEmpty());
  EXPECT_FALSE(order_.wants(3));
  EXPECT_THAT(offer(1), ElementsAre(1, 2, 3));
}

TEST_F(Order, DeliversNothingBeforeTheHeadIsKnownAndLosesNothingMeanwhile) {
  EXPECT_THAT(offer(7), IsEmpty());
  EXPECT_THAT(offer(6), IsEmpty());
  EXPECT_THAT(offer(4), IsEmpty());
  EXPECT_FALSE(order_.is_live());
  EXPECT_THAT(head(5), ElementsAre(6, 7));  // 4 is below the head: Postgres has it
}

TEST_F(Order, GivesKafkaItsTimeThenAsksPostgresOnceForAHole) {
  head(0);
  EXPECT_FALSE(gap_in(milliseconds(1000)));  // no hole, no question
  offer(2);
  EXPECT_FALSE(gap_in(milliseconds(10)));
  EXPECT_EQ(gap_in(milliseconds(10)), 0);
  EXPECT_FALSE(gap_in(milliseconds(10)));  // asked already
}

TEST_F(Order, AsksLessAndLessOftenWhilePostgresHasNoAnswer) {
  head(0);
  offer(2);
  std::vector<milliseconds> asked;
  const auto start = now_;
  for (int i = 0; i < 10'000; ++i) {
    if (gap_in(milliseconds(1))) asked.push_back(std::chrono::duration_cast<milliseconds>(now_ - start));
  }
  ASSERT_GE(asked.size(), 12u);
  EXPECT_EQ(asked[0], milliseconds(15));
  EXPECT_EQ(asked[1] - asked[0], milliseconds(30));
  EXPECT_EQ(asked.back() - asked[asked.size() - 2], milliseconds(1000));
}

TEST_F(Order, AFilledHoleAsksNoMore) {
  head(0);
  offer(2);
  EXPECT_THAT(offer(1), ElementsAre(1, 2));
  EXPECT_FALSE(order_.gap_due());
  EXPECT_FALSE(gap_in(milliseconds(5000)));
}

TEST_F(Order, ANewHoleGetsItsFullTime) {
  head(0);
  offer(2);
  EXPECT_EQ(gap_in(milliseconds(20)), 0);
  offer(4);
  EXPECT_THAT(offer(1), ElementsAre(1, 2));  // 3 is missing now
  EXPECT_FALSE(gap_in(milliseconds(14)));
  EXPECT_EQ(gap_in(milliseconds(1)), 2);
}

TEST_F(Order, ALaterHeadRevealsALostLastEvent) {
  head(0);
  EXPECT_THAT(head(2), IsEmpty());
  EXPECT_EQ(gap_in(milliseconds(15)), 0);
  EXPECT_THAT(offer(1), ElementsAre(1));
  EXPECT_THAT(offer(2), ElementsAre(2));
}

TEST_F(Order, AnOlderHeadChangesNothing) {
  head(3);
  offer(4);
  EXPECT_THAT(head(1), IsEmpty());
  EXPECT_EQ(order_.next(), 5);
  EXPECT_FALSE(order_.gap_due());
}

TEST_F(Order, AsksForTheHeadAfterASilenceAndNotTwice) {
  head(0);
  now_ += milliseconds(900);
  EXPECT_FALSE(order_.take_silence(now_));
  offer(1);
  now_ += milliseconds(900);
  EXPECT_FALSE(order_.take_silence(now_));
  now_ += milliseconds(100);
  EXPECT_TRUE(order_.take_silence(now_));
  EXPECT_FALSE(order_.take_silence(now_));
}

TEST_F(Order, HoldsABoundedNumberAndReadsTheRestFromPostgres) {
  head(0);
  for (std::int64_t seq = 2; seq <= 20; ++seq) offer(seq);
  EXPECT_TRUE(order_.wants(20));  // not held any more
  EXPECT_FALSE(order_.wants(9));  // the nearest eight are
  EXPECT_THAT(offer(1), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(gap_in(milliseconds(15)), 9);  // and the hole behind them is known
}

TEST_F(Order, LetsALateComerJoinWithoutAHole) {
  head(0);
  for (std::int64_t seq = 1; seq <= 6; ++seq) offer(seq);
  EXPECT_THAT(seqs(*order_.recent_after(6)), IsEmpty());
  EXPECT_THAT(seqs(*order_.recent_after(4)), ElementsAre(5, 6));
  EXPECT_THAT(seqs(*order_.recent_after(2)), ElementsAre(3, 4, 5, 6));
  EXPECT_FALSE(order_.recent_after(1));  // four are held: this one must read Postgres
  EXPECT_FALSE(order_.recent_after(7));  // ahead of us
}

TEST_F(Order, TakesNoSeqBelowOne) {
  head(0);
  EXPECT_FALSE(order_.wants(0));
  EXPECT_THAT(offer(-3), IsEmpty());
}

// The property behind all of the above, over random histories: events come shuffled, doubled and with losses; Postgres answers what it is
// asked. Whatever happens, the sequence that leaves is 1, 2, 3, ... n.
TEST(OrderProperty, EveryHistoryLeavesInOrderAndWhole) {
  constexpr std::int64_t kEvents = 60;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::int64_t> kafka;
    for (std::int64_t seq = 1; seq <= kEvents; ++seq) {
      for (unsigned copies = random() % 3; copies > 0; --copies) kafka.push_back(seq);
    }
    std::shuffle(kafka.begin(), kafka.end(), random);
    EventOrder order({.pending = 1 + random() % 20, .recent = 4});
    EventOrder::Time now{};
    std::vector<std::int64_t> left;
    const auto note = [&](const std::vector<Numbered>& ready) {
      for (const Numbered& event : ready) left.push_back(event.seq);
    };
    const std::size_t head_comes = random() % (kafka.size() + 1);
    const auto read_postgres = [&](std::int64_t after) {
      for (std::int64_t seq = after + 1; seq <= std::min<std::int64_t>(kEvents, after + 10); ++seq) note(order.offer(seq, frame(seq), now));
    };
    for (std::size_t i = 0; i < kafka.size(); ++i) {
      if (i == head_comes) note(order.head_is(0, now));
      note(order.offer(kafka[i], frame(kafka[i]), now));
      now += milliseconds(random() % 20);
      if (const auto after = order.take_gap(now)) read_postgres(*after);
    }
    note(order.head_is(0, now));
    note(order.head_is(kEvents, now));
    for (int round = 0; round < 100 && order.next() <= kEvents; ++round) {
      now += std::chrono::seconds(1);
      if (const auto after = order.take_gap(now)) read_postgres(*after);
    }
    std::vector<std::int64_t> expected(kEvents);
    for (std::int64_t i = 0; i < kEvents; ++i) expected[static_cast<std::size_t>(i)] = i + 1;
    ASSERT_EQ(left, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace argosy::fanout
