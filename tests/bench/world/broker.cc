#include "tests/bench/world/broker.h"

#include <stdexcept>

#include "common/core/text.h"
#include "tests/support/eventually.h"

namespace argosy::bench {

std::string_view to_string(BrokerKind kind) { return kind == BrokerKind::kafka ? "kafka" : "embedded"; }

Broker::Broker(BrokerKind kind) : kind_(kind), folder_("argosy-bench-broker") {
  if (kind == BrokerKind::kafka) {
    kafka_.emplace();
    address_ = kafka_->brokers();
    return;
  }
  const auto address_file = folder_.path() / "address";
  test::ProcessOptions options;
  options.program = "argosy";
  options.arguments = {"broker", "--address-file", address_file.string()};
  options.log = folder_.path() / "broker.log";
  embedded_.emplace(std::move(options));
  testing::eventually([&] { return std::filesystem::exists(address_file) || !embedded_->running(); });
  address_ = text::trim(read_file(address_file).value_or(""));
  if (address_.empty()) throw std::runtime_error("the built-in broker did not start:\n" + embedded_->log());
}

pid_t Broker::pid() const { return kafka_ ? kafka_->pid() : embedded_->pid(); }

}  // namespace argosy::bench
