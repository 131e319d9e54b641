// What librdkafka tells of itself, read.
#include "common/broker/kafka/statistics.h"

#include <gtest/gtest.h>

namespace argosy::broker {
namespace {

TEST(Statistics, SumsTheLagOfWhatIsKnownAndTakesTheSlowestBroker) {
  const auto read = read_statistics(R"({"tx_bytes":1200,"rx_bytes":800,"msg_cnt":3,
    "brokers":{"a:1/1":{"nodeid":1,"state":"UP","rtt":{"avg":900}},"a:2/2":{"nodeid":2,"state":"UP","rtt":{"avg":4000}},
               "a:3/3":{"nodeid":3,"state":"DOWN","rtt":{"avg":9000}},"a:1/bootstrap":{"nodeid":-1,"state":"UP"}},
    "topics":{"t":{"partitions":{"0":{"consumer_lag":7},"1":{"consumer_lag":-1}}},"u":{"partitions":{"0":{"consumer_lag":5}}}}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes_out, 1200);
  EXPECT_EQ(read->bytes_in, 800);
  EXPECT_EQ(read->waiting, 3);
  EXPECT_EQ(read->lag, 12);
  EXPECT_EQ(read->round_trip_us, 4000);
  EXPECT_EQ(read->brokers_up, 2);
}

TEST(Statistics, AreNothingWhenTheTextIsNoObject) {
  EXPECT_FALSE(read_statistics("[]"));
  EXPECT_FALSE(read_statistics("{\"tx_bytes\":"));
}

}  // namespace
}  // namespace argosy::broker
