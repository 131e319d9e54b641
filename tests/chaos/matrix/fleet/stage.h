// What the fleet of the matrix stands on: a Postgres, a Kafka, a git remote, a webhook's receiver, a folder for logs and effects; and the
// environment that its processes share. What cannot be made throws std::runtime_error. Postgres and Kafka belong to the one thread that
// disturbs them; the rest does not change.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"
#include "tests/support/fleet/webhook_receiver.h"
#include "tests/support/git_fixture.h"
#include "tests/support/process.h"

namespace argosy::chaos {

// Short, so that a killed or frozen worker's steps come back soon.
inline constexpr std::chrono::milliseconds kLease{2'000};

class Stage {
 public:
  static constexpr auto kRepository = "chaos/orders";

  explicit Stage(std::filesystem::path folder);  // migrates the database

  // For the member of that name.
  test::Environment environment(const std::string& member) const;
  std::filesystem::path log_of(const std::string& member, int start) const;
  std::filesystem::path effects() const { return folder_ / "effects"; }
  const std::filesystem::path& folder() const { return folder_; }
  std::uint16_t api_port() const { return api_port_; }
  std::uint16_t ws_port() const { return ws_port_; }
  std::string api_url() const;
  std::string ws_url() const;

  test::OwnPostgres& postgres() { return postgres_; }
  test::OwnKafka& kafka() { return kafka_; }
  const testing::GitFixture& git() const { return git_; }
  const test::WebhookReceiver& receiver() const { return receiver_; }

 private:
  const std::filesystem::path folder_;
  testing::GitFixture git_;
  test::WebhookReceiver receiver_;
  test::OwnPostgres postgres_;
  test::OwnKafka kafka_;
  std::uint16_t api_port_, ws_port_;
};

}  // namespace argosy::chaos
