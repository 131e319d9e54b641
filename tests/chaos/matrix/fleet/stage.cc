#include "tests/chaos/matrix/fleet/stage.h"

#include <stdexcept>

#include <fmt/format.h>

#include "common/core/ports.h"
#include "common/store/migrations.h"

namespace argosy::chaos {
namespace {

constexpr auto kRenew = "500";
constexpr auto kSession = "2000";  // after so long Kafka gives a killed worker's partitions to others
constexpr auto kRetry = "100";
constexpr auto kDrain = "3000";
constexpr auto kSlots = "8";
// Standard Webhooks: whsec_ and at least 24 bytes.
constexpr auto kWebhookSecret = "whsec_Y2hhb3MtY2hhb3MtY2hhb3MtY2hhb3MtY2g=";

}  // namespace

Stage::Stage(std::filesystem::path folder) : folder_(std::move(folder)), api_port_(free_port().value()), ws_port_(free_port().value()) {
  std::filesystem::create_directories(effects());
  git_.push_files({{"README", "orders\n"}});
  store::Database db({.url = postgres_.url(), .connections = 1});
  if (const auto applied = store::migrate_up(db); !applied) throw std::runtime_error(to_string(applied.error()));
}

test::Environment Stage::environment(const std::string& member) const {
  return {{"ARGOSY_POSTGRES_URL", postgres_.url()},
          {"ARGOSY_KAFKA_BROKERS", kafka_.brokers()},
          {"ARGOSY_API_PORT", fmt::to_string(api_port_)},
          {"ARGOSY_WS_PORT", fmt::to_string(ws_port_)},
          {"ARGOSY_PUBLIC_URL", api_url()},
          {"ARGOSY_PUBLIC_WS_URL", ws_url()},
          {"ARGOSY_WORK_DIR", (folder_ / "work" / member).string()},
          {"ARGOSY_ALLOW_FILE_URLS", "true"},
          {"ARGOSY_ALLOW_HTTP_WEBHOOKS", "true"},
          {"ARGOSY_WEBHOOK_SECRET", kWebhookSecret},
          {"ARGOSY_SLOTS", kSlots},
          {"ARGOSY_LEASE_MS", fmt::to_string(kLease.count())},
          {"ARGOSY_RENEW_MS", kRenew},
          {"ARGOSY_KAFKA_SESSION_MS", kSession},
          {"ARGOSY_RETRY_BASE_MS", kRetry},
          {"ARGOSY_PARKED_BASE_MS", kRetry},
          {"ARGOSY_DRAIN_TIMEOUT_MS", kDrain}};
}

std::filesystem::path Stage::log_of(const std::string& member, int start) const {
  return folder_ / "logs" / fmt::format("{}.{}.log", member, start);
}

std::string Stage::api_url() const { return fmt::format("http://127.0.0.1:{}", api_port_); }
std::string Stage::ws_url() const { return fmt::format("ws://127.0.0.1:{}", ws_port_); }

}  // namespace argosy::chaos
