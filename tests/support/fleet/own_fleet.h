// A fleet over a Postgres and a Kafka of its own, for a test program that shares one among its tests. One thread.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "tests/support/fleet/fleet.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"

namespace argosy::test {

class OwnFleet {
 public:
  // Everything runs when it returns. `more` goes to all processes.
  explicit OwnFleet(Environment more)
      : fleet_({.postgres_url = postgres_.url(), .kafka_brokers = kafka_.brokers(), .environment = std::move(more)}) {
    fleet_.start_all();
  }
  Fleet& fleet() { return fleet_; }

 private:
  OwnPostgres postgres_;
  OwnKafka kafka_;
  Fleet fleet_;
};

// A suite whose tests share one. `Suite` is the fixture itself and says what its fleet's environment is: static Environment environment().
template <class Suite, class Base = ::testing::Test>
class SharedFleet : public Base {
 protected:
  static void SetUpTestSuite() { own_ = std::make_unique<OwnFleet>(Suite::environment()); }
  static void TearDownTestSuite() { own_.reset(); }
  static Fleet& fleet() { return own_->fleet(); }

 private:
  static inline std::unique_ptr<OwnFleet> own_;
};

}  // namespace argosy::test
