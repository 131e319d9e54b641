#include "common/config/kafka_properties.h"

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::config {
namespace {

bool is_of_security(std::string_view name) {
  return name == "security.protocol" || name.starts_with("ssl.") || name.starts_with("sasl.") ||
         name == "enable.ssl.certificate.verification";
}

}  // namespace

Result<std::map<std::string, std::string>> parse_kafka_properties(std::string_view text) {
  std::map<std::string, std::string> out;
  int number = 0;
  for (const std::string_view line : text::lines(text)) {
    ++number;
    const auto trimmed = text::trim(line);
    if (trimmed.empty() || trimmed.starts_with('#')) continue;
    const auto equals = trimmed.find('=');
    const auto name = text::trim(trimmed.substr(0, equals));
    if (equals == std::string_view::npos || !is_of_security(name))
      return fail_user("kafka_properties_invalid",
                       fmt::format("line {} is not security.protocol, ssl.* or sasl.* with = and a value", number),
                       "write one property a line, as librdkafka names it");
    if (!out.emplace(name, text::trim(trimmed.substr(equals + 1))).second)
      return fail_user("kafka_properties_invalid", fmt::format("line {} says {} again", number, name), "keep one");
  }
  return out;
}

bool is_secret_property(std::string_view name) {
  return name.ends_with("password") || name.ends_with("passphrase") || name.ends_with("secret") || name.ends_with("key.pem");
}

}  // namespace argosy::config
