#include "workers/fanout/poison.h"

#include <fmt/format.h>

#include "common/store/queries.h"
#include "common/telemetry/log.h"

namespace argosy::fanout {
namespace {

constexpr std::size_t kMaxPoisonBytes = 64u << 10;  // of the body that is kept

}  // namespace

void Poison::keep(const broker::Message& message, const Error& why) {
  const std::string reason = to_string(why);
  telemetry::log_warning(
      "a message of the events topic does not parse",
      {{"partition", fmt::to_string(message.partition)}, {"offset", fmt::to_string(message.offset)}, {"reason", reason}});
  broker::Message kept = message;
  kept.body.resize(std::min(kept.body.size(), kMaxPoisonBytes));
  if (!pool_.post([this, kept = std::move(kept), reason] { bury(kept, reason); }))
    telemetry::log_warning("too much poison: one was not kept");
}

void Poison::bury(const broker::Message& message, const std::string& reason) {
  const auto row = store::record_poison(db_, message.topic, message.partition, message.offset, reason, message.body);
  if (!row) telemetry::log_warning("a poison message was not recorded", {{"reason", row.error().message}});
  if (!producer_) {
    auto made = broker::Producer::create(options_);
    if (!made) return telemetry::log_warning("a poison message was not sent on", {{"reason", made.error().message}});
    producer_ = std::move(*made);
  }
  producer_->send(std::string(tasks::kPoisonTopic), message.key, message.body,
                  {{"argosy_topic", message.topic},
                   {"argosy_partition", fmt::to_string(message.partition)},
                   {"argosy_offset", fmt::to_string(message.offset)},
                   {"argosy_reason", reason}});
}

}  // namespace argosy::fanout
