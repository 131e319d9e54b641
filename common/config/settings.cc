#include "common/config/settings.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/config/kafka_properties.h"
#include "common/config/spelling.h"
#include "common/config/variable_table.h"
#include "common/config/watching.h"
#include "common/core/file.h"
#include "common/core/net/host_rule.h"
#include "common/core/redact.h"
#include "common/core/socket_address.h"
#include "common/core/text.h"
#include "common/core/text/cap.h"

extern char** environ;

namespace argosy::config {
namespace {

constexpr std::string_view kFileSuffix = "_FILE";
constexpr std::size_t kMaxSecretBytes = 64u << 10;
// Lists of names and values, ordinary words among them, which are not to vanish from logs: check_together() registers what is secret.
constexpr auto kSecretInPart = std::to_array<std::string_view>({"KAFKA_PROPERTIES", "OTLP_HEADERS"});

// Read by the tests and by the failpoints; never configuration.
constexpr auto kNotConfiguration = std::to_array<std::string_view>(
    {"ARGOSY_FAILPOINTS_SPEC", "ARGOSY_TEST_POSTGRES_URL", "ARGOSY_TEST_KAFKA_BROKERS", "ARGOSY_TEST_KAFKA_HOME"});

const Row* row_named(std::string_view name) {
  const auto hit = std::ranges::find(rows(), name, &Row::name);
  return hit == rows().end() ? nullptr : &*hit;
}

// The row that NAME_FILE belongs to, when NAME is a secret.
const Row* secret_of_file(std::string_view name) {
  if (!name.ends_with(kFileSuffix)) return nullptr;
  const Row* row = row_named(name.substr(0, name.size() - kFileSuffix.size()));
  return row != nullptr && row->secret ? row : nullptr;
}

class Loader {
 public:
  explicit Loader(const Environment& environment) : environment_(environment) {}

  std::expected<Settings, std::vector<std::string>> load() {
    for (const auto& [name, value] : environment_) {
      if (name.starts_with(kPrefix) && std::ranges::find(kNotConfiguration, name) == kNotConfiguration.end()) take(name, value);
    }
    check_together();
    if (!mistakes_.empty()) return std::unexpected(std::move(mistakes_));
    fill_in();
    return std::move(settings_);
  }

 private:
  void take(const std::string& full_name, const std::string& value) {
    const std::string_view name = std::string_view(full_name).substr(kPrefix.size());
    if (const Row* row = row_named(name)) return put(*row, full_name, value);
    const Row* row = secret_of_file(name);
    if (row == nullptr) return mistake(full_name, fmt::format("is not known; did you mean {}?", nearest_name(full_name)));
    const std::string twin = fmt::format("{}{}", kPrefix, row->name);
    if (environment_.contains(twin)) return mistake(full_name, fmt::format("and {} are both set; keep one", twin));
    const auto content = read_file(value, kMaxSecretBytes);
    if (!content) return mistake(full_name, content.error().message);
    put(*row, full_name, text::trim(*content));
  }

  void put(const Row& row, const std::string& full_name, std::string_view value) {
    if (const auto problem = assign(row, value, settings_))
      return mistake(full_name, *problem + (row.secret ? "" : fmt::format(" (it is \"{}\")", value)));
    if (row.secret && std::ranges::find(kSecretInPart, row.name) == kSecretInPart.end()) register_secret(value);
  }

  // "Bearer abc": as it is sent, and "abc" alone.
  static void register_credential(const std::string& value) {
    redact_register_secret(value);
    if (const auto blank = value.rfind(' '); blank != std::string::npos) redact_register_secret(value.substr(blank + 1));
  }

  // The whole value, and the parts by which it could show up in a log.
  static void register_secret(std::string_view value) {
    redact_register_secret(std::string(value));
    for (const std::string_view line : text::lines(value)) {
      const std::size_t blank = line.rfind(' ');
      const std::string_view credential = blank == std::string_view::npos ? line : line.substr(blank + 1);
      redact_register_secret(std::string(credential));
      const std::size_t scheme = credential.find("://");
      const std::string_view authority =
          scheme == std::string_view::npos ? credential : credential.substr(scheme + 3, credential.substr(scheme + 3).find('@'));
      if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos)
        redact_register_secret(std::string(authority.substr(colon + 1)));
    }
  }

  // Rules that hold between variables, or that a bound cannot say.
  void check_together() {
    if (!is_address(settings_.listen)) {
      mistake("ARGOSY_LISTEN", fmt::format("must be an IP address (it is \"{}\")", settings_.listen));
    } else if (!is_loopback(settings_.listen) && settings_.tokens_file.empty()) {
      mistake("ARGOSY_LISTEN", "is not loopback: set ARGOSY_TOKENS_FILE, or everybody who reaches it may do everything");
    }
    if (!parse_usd_cap(settings_.task_max_usd))
      mistake("ARGOSY_TASK_MAX_USD", fmt::format("must be US dollars as a decimal number, or none (it is \"{}\")", settings_.task_max_usd));
    if (!parse_token_cap(settings_.task_max_tokens))
      mistake("ARGOSY_TASK_MAX_TOKENS",
              fmt::format("must be a number up to {}, or none (it is \"{}\")", kMostTokens, settings_.task_max_tokens));
    if (const auto rules = parse_ecosystem_rules(settings_.egress_allow); !rules) mistake("ARGOSY_EGRESS_ALLOW", rules.error().message);
    if (const auto all = parse_host_addresses(settings_.egress_addresses); !all) mistake("ARGOSY_EGRESS_ADDRESSES", all.error().message);
    check_watching();
    check_kafka_properties();
    check_address("ARGOSY_HINT_LISTEN", settings_.hint_listen);
    check_address("ARGOSY_SANDBOX_LISTEN", settings_.sandbox_listen);
    if (settings_.renew_every * 2 > settings_.lease) mistake("ARGOSY_RENEW_MS", "must be at most half of ARGOSY_LEASE_MS");
    if (settings_.max_artifact_bytes > settings_.max_task_artifact_bytes)
      mistake("ARGOSY_MAX_ARTIFACT_BYTES", "is more than ARGOSY_MAX_TASK_ARTIFACT_BYTES");
    if (settings_.artifacts == "s3" && settings_.s3_bucket.empty()) mistake("ARGOSY_ARTIFACTS", "is s3: set ARGOSY_S3_BUCKET, too");
    if (settings_.s3_access_key_id.empty() != settings_.s3_secret_access_key.empty())
      mistake("ARGOSY_S3_ACCESS_KEY_ID", "and ARGOSY_S3_SECRET_ACCESS_KEY belong together: set both or none");
    if (!settings_.s3_kms_key.empty() && settings_.s3_encryption != "aws:kms")
      mistake("ARGOSY_S3_KMS_KEY", "counts only with ARGOSY_S3_ENCRYPTION=aws:kms");
    if (settings_.branch_template.find("{timestamp}") == std::string::npos &&
        settings_.branch_template.find("{task}") == std::string::npos) {
      mistake("ARGOSY_BRANCH_TEMPLATE", "must hold {timestamp} or {task}, or two tasks would share a branch");
    }
    if (!settings_.webhook_secret.empty() && !is_webhook_secret(settings_.webhook_secret)) {
      mistake("ARGOSY_WEBHOOK_SECRET", "must be whsec_ and the base64 of 24 to 64 bytes");
    }
  }

  // Values of secrets are not shown.
  void check_watching() {
    if (!parse_share(settings_.trace_sample))
      mistake("ARGOSY_TRACE_SAMPLE", fmt::format("must be a decimal number from 0 to 1 (it is \"{}\")", settings_.trace_sample));
    const std::string_view collector = settings_.otlp_endpoint;
    if (!collector.empty() && !collector.starts_with("http://") && !collector.starts_with("https://"))
      mistake("ARGOSY_OTLP_ENDPOINT", fmt::format("must begin with http:// or https:// (it is \"{}\")", collector));
    const auto headers = parse_headers(settings_.otlp_headers);
    if (!headers) mistake("ARGOSY_OTLP_HEADERS", "must be name=value, separated by commas");
    if (headers)
      for (const auto& [name, value] : *headers)
        if (is_secret_header(name)) register_credential(value);
    const auto dsn = parse_dsn(settings_.sentry_dsn);
    if (!settings_.sentry_dsn.empty() && !dsn) mistake("ARGOSY_SENTRY_DSN", "must be http(s)://KEY@host/PROJECT");
    if (dsn) redact_register_secret(dsn->key);
  }

  void check_kafka_properties() {
    const auto all = parse_kafka_properties(settings_.kafka_properties);
    if (!all) return mistake("ARGOSY_KAFKA_PROPERTIES", all.error().message);
    for (const auto& [name, value] : *all)
      if (is_secret_property(name)) redact_register_secret(value);
  }

  void check_address(const std::string& name, const std::string& listen) {
    if (listen.empty()) return;
    const auto address = SocketAddress::parse(listen);
    if (!address) mistake(name, fmt::format("must be an IP address and a port, or empty (it is \"{}\")", listen));
    if (address && address->is_any())
      mistake(name, "must be the one address that the other machines reach this one by, they are told of it");
  }

  static bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes;
    return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
  }
  static bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }
  static bool is_webhook_secret(std::string_view secret) {
    if (!secret.starts_with("whsec_")) return false;
    const auto key = text::from_base64(secret.substr(6));
    return key && key->size() >= 24 && key->size() <= 64;
  }

  // Defaults that follow from others.
  void fill_in() {
    const std::string host = settings_.listen.find(':') == std::string::npos ? settings_.listen : fmt::format("[{}]", settings_.listen);
    if (settings_.public_url.empty()) settings_.public_url = fmt::format("http://{}:{}", host, settings_.api_port);
    if (settings_.public_ws_url.empty()) settings_.public_ws_url = fmt::format("ws://{}:{}", host, settings_.ws_port);
    if (settings_.work_dir.empty()) settings_.work_dir = fmt::format("/var/tmp/argosy-{}", ::getuid());
  }

  void mistake(std::string_view name, std::string_view what) { mistakes_.push_back(fmt::format("{} {}", name, what)); }

  const Environment& environment_;
  Settings settings_;
  std::vector<std::string> mistakes_;
};

}  // namespace

std::expected<Settings, std::vector<std::string>> load(const Environment& environment) { return Loader(environment).load(); }

Environment process_environment() {
  Environment found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (const std::size_t equals = text.find('='); equals != std::string_view::npos)
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

}  // namespace argosy::config
