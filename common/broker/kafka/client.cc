#include "common/broker/kafka/client.h"

#include <syslog.h>

#include "common/broker/kafka/sanitized_threads.h"
#include "common/telemetry/log.h"

namespace argosy::broker {
namespace {

// Connections that come and go are told by readiness; librdkafka repeats them several times a second.
void on_log(const rd_kafka_t*, int level, const char* facility, const char* text) {
  const auto severity = level <= LOG_CRIT ? telemetry::Severity::error : telemetry::Severity::debug;
  telemetry::log(severity, text, {{"librdkafka", facility}});
}

Properties shared_properties(const KafkaOptions& options) {
  return {
      {"bootstrap.servers", options.brokers},
      {"client.id", options.client_id},
      {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},
      {"log.connection.close", "false"},
      {"topic.metadata.refresh.interval.ms", "5000"},
      // An offset commit that waits for a coordinator which is away keeps its consumer from joining again until this is over: by default
      // a minute.
      {"socket.timeout.ms", "10000"},
      // A broker that comes back is found within a second, not within librdkafka's default of ten.
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
  };
}

}  // namespace

Result<ConfHandle> make_conf(const KafkaOptions& options, const Properties& role) {
  Properties all = shared_properties(options);
  for (const auto& [name, value] : role) all[name] = value;
  for (const auto& [name, value] : options.extra) all[name] = value;
  ConfHandle conf(rd_kafka_conf_new());
  char reason[512];
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) {
      return fail_user("kafka_config", reason, "correct the Kafka property " + name);
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  return conf;
}

Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf) {
  link_sanitized_threads();
  char reason[512];
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (client == nullptr) return fail_user("kafka_config", reason, "check ARGOSY_KAFKA_BROKERS");
  (void)conf.release();  // rd_kafka_new took it
  return ClientHandle(client);
}

Message to_message(const rd_kafka_message_t& raw) {
  Message message;
  message.topic = rd_kafka_topic_name(raw.rkt);
  message.partition = raw.partition;
  message.offset = raw.offset;
  if (raw.key != nullptr) message.key.assign(static_cast<const char*>(raw.key), raw.key_len);
  if (raw.payload != nullptr) message.body.assign(static_cast<const char*>(raw.payload), raw.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&raw, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return message;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    message.headers.emplace(name, value == nullptr ? std::string() : std::string(static_cast<const char*>(value), size));
  }
  return message;
}

std::string error_text(rd_kafka_resp_err_t code) { return rd_kafka_err2str(code); }

}  // namespace argosy::broker
