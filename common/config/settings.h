// All configuration of all processes, typed. Loaded once at start from ARGOSY_* environment variables (`ARGOSY_X_FILE` names a file that
// holds the value of a secret X); every variable and its doc string is declared once, in variables.cc, its default here. Plain data: rooms
// of floor 2 take structs of their own, filled by main or runtime.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::config {

struct Settings {
  // Where things are
  std::string postgres_url;      // POSTGRES_URL, secret; libpq connection string or URL
  std::string kafka_brokers;     // KAFKA_BROKERS
  bool kafka_embedded = false;   // KAFKA_EMBEDDED: the brokers are the built-in one (short fetch wait, topics made by `argosy broker`)
  std::string kafka_properties;  // KAFKA_PROPERTIES, secret; parse_kafka_properties() takes it
  std::string public_url;        // PUBLIC_URL, default http://127.0.0.1:<api port>; in Location and logs_url
  std::string public_ws_url;     // PUBLIC_WS_URL, in stream_url
  std::string work_dir;          // WORK_DIR: mirrors, work trees; default /var/tmp/argosy-<uid>

  // Listening
  std::string listen = "127.0.0.1";  // LISTEN; anything but loopback needs TOKENS_FILE
  std::int64_t api_port = 8080;      // API_PORT (ingest)
  std::int64_t ws_port = 8081;       // WS_PORT (fanout)
  std::int64_t admin_port = 0;       // ADMIN_PORT: /metrics /healthz /readyz of the other processes; 0: any free port, printed in the log
  std::string hint_listen = "127.0.0.1:0";  // HINT_LISTEN: ip:port for datagrams between workers; port 0: any free one; empty: none

  // Who calls
  std::string tokens_file;           // TOKENS_FILE
  bool allow_file_urls = false;      // ALLOW_FILE_URLS
  bool allow_http_webhooks = false;  // ALLOW_HTTP_WEBHOOKS: http to loopback only

  // Limits of the edge (each documented in README "Limits")
  std::int64_t max_body_bytes = 1 << 20;             // MAX_BODY_BYTES
  std::int64_t max_header_bytes = 16 << 10;          // MAX_HEADER_BYTES
  std::int64_t max_operations = 64;                  // MAX_OPERATIONS
  std::int64_t max_connections = 10'000;             // MAX_CONNECTIONS
  std::chrono::milliseconds header_timeout{10'000};  // HEADER_TIMEOUT_MS
  std::chrono::milliseconds body_timeout{30'000};    // BODY_TIMEOUT_MS
  std::chrono::milliseconds idle_timeout{60'000};    // IDLE_TIMEOUT_MS
  std::chrono::milliseconds answer_timeout{20'000};  // ANSWER_TIMEOUT_MS
  std::int64_t ws_client_buffer_bytes = 1 << 20;     // WS_CLIENT_BUFFER_BYTES

  // The engine
  std::int64_t slots = 0;                               // SLOTS or --slots; 0: the worker's own default
  std::int64_t waiting_steps = 256;                     // WAITING_STEPS: beside those on slots, without a thread
  std::chrono::milliseconds lease{8'000};               // LEASE_MS: an owner that was silent so long is dead
  std::chrono::milliseconds renew_every{2'000};         // RENEW_MS
  std::chrono::milliseconds drain_timeout{30'000};      // DRAIN_TIMEOUT_MS
  std::chrono::milliseconds drain_patience{3'600'000};  // DRAIN_PATIENCE_MS: beyond it, for steps that were handed back before
  std::chrono::milliseconds kafka_session{6'000};       // KAFKA_SESSION_MS
  std::int64_t partitions = 8;                          // KAFKA_PARTITIONS, of each dispatch topic
  std::int64_t events_partitions = 1;                   // KAFKA_EVENTS_PARTITIONS
  std::int64_t replication = 1;                         // KAFKA_REPLICATION
  std::int64_t org_window = 4096;                       // ORG_WINDOW: announced-and-ready steps an organisation may have per queue and lane
  std::int64_t org_max_running = 0;                     // ORG_MAX_RUNNING: of organisations without a limit of their own; 0: none
  std::int64_t fast_retries = 3;                        // FAST_RETRIES
  std::int64_t max_attempts = 12;                       // MAX_ATTEMPTS
  std::chrono::milliseconds retry_base{500};            // RETRY_BASE_MS
  std::chrono::milliseconds parked_base{30'000};        // PARKED_BASE_MS
  std::chrono::milliseconds step_deadline{3'600'000};   // STEP_DEADLINE_MS
  std::int64_t max_task_steps = 512;                    // MAX_TASK_STEPS
  std::int64_t max_task_depth = 128;                    // MAX_TASK_DEPTH
  std::chrono::milliseconds checkpoint_limit{7 * 86'400'000};  // CHECKPOINT_MS

  // Models and money
  std::string models;                          // MODELS: the file models.yaml; empty: there are none
  std::string model;                           // MODEL: what answers in their place: parse_model_setting() of llm/scripted takes it
  std::string prompts;                         // PROMPTS: folder of templates over the built-in ones (llm/prompts); empty: there is none
  std::string task_max_usd = "5";              // TASK_MAX_USD: of tasks without a budget of their own; parse_usd_cap() takes it
  std::string task_max_tokens = "none";        // TASK_MAX_TOKENS, likewise: parse_token_cap()
  std::int64_t context_tokens = 24'000;        // CONTEXT_TOKENS: what an agent is shown of the repository before it begins
  std::string research_urls;                   // RESEARCH_URLS: Documentation::open() of the codegen worker takes it
  std::string osv_database;                    // OSV_DATABASE: folder of OSV's JSON files; empty: none
  std::string cache_rules;                     // CACHE_RULES: CacheRules::parse() of llm/cache takes it
  std::string cache_embedder;                  // CACHE_EMBEDDER: a model of models.yaml; empty: the first that embeds
  std::int64_t org_cache_entries = 100'000;    // ORG_CACHE_ENTRIES
  std::int64_t org_cache_bytes = 256ll << 20;  // ORG_CACHE_BYTES

  // How long is kept what is over
  std::int64_t retention_days = 90;           // RETENTION_DAYS: tasks with their steps, attempts and events; 0: for ever
  std::int64_t artifact_retention_days = 30;  // ARTIFACT_RETENTION_DAYS: of tasks that did not fail; 0: as long as the task
  std::int64_t index_retention_days = 14;     // INDEX_RETENTION_DAYS: indexes of sources, after they were used last; 0: for ever
  std::int64_t org_index_bytes = 1ll << 30;   // ORG_INDEX_BYTES: of them together; 0: none is kept

  // Artifacts
  std::int64_t max_artifact_bytes = 64 << 20;        // MAX_ARTIFACT_BYTES
  std::int64_t max_task_artifact_bytes = 512 << 20;  // MAX_TASK_ARTIFACT_BYTES
  std::int64_t max_log_bytes = 8 << 20;              // MAX_LOG_BYTES, per attempt
  std::string artifacts = "postgres";                // ARTIFACTS: where new ones go, postgres or s3
  std::string s3_bucket;                             // S3_BUCKET; empty: none, and what lies in one cannot be read
  std::string s3_region = "us-east-1";               // S3_REGION
  std::string s3_endpoint;                           // S3_ENDPOINT; empty: AWS's of the region
  bool s3_path_style = false;                        // S3_PATH_STYLE
  std::string s3_prefix = "artifacts/";              // S3_PREFIX
  std::string s3_encryption = "bucket";              // S3_ENCRYPTION: bucket (as it says itself), AES256 or aws:kms
  std::string s3_kms_key;                            // S3_KMS_KEY
  std::string s3_access_key_id;                      // S3_ACCESS_KEY_ID; empty: keys that are lent to the pod (runtime/artifacts)
  std::string s3_secret_access_key;                  // S3_SECRET_ACCESS_KEY, secret
  std::string s3_sts_endpoint;                       // S3_STS_ENDPOINT; empty: AWS's of the region

  // Git
  std::string branch_template = "argosy/{timestamp}-{slug}";  // BRANCH_TEMPLATE
  std::string git_author_name = "Argosy";                     // GIT_AUTHOR_NAME
  std::string git_author_email = "argosy@localhost";          // GIT_AUTHOR_EMAIL
  std::string git_read_credentials;                           // GIT_READ_CREDENTIALS, secret: lines "https://host/path user:token"
  std::string git_write_credentials;                          // GIT_WRITE_CREDENTIALS, secret, read by the git worker only
  std::chrono::milliseconds git_timeout{600'000};             // GIT_TIMEOUT_MS

  // Tests and their sandbox
  std::string sandbox = "bwrap";  // SANDBOX: bwrap, gvisor or none-i-understand
  std::vector<std::string> sandbox_require{"namespaces", "identity", "capabilities", "no-new-privs",
                                           "files",      "network",  "seccomp"};  // SANDBOX_REQUIRE
  std::vector<std::string> test_paths;                     // TEST_PATHS: colon-separated, bound read-only into the sandbox
  std::string setup = "auto";                              // SETUP: auto, always or off
  std::string setup_secrets;                               // SETUP_SECRETS, secret: lines "org/name VARIABLE value"
  bool egress_from_repositories = false;                   // EGRESS_FROM_REPOSITORIES: setup.egress_allow of .argosy.yaml counts
  std::int64_t dependency_caches = 50;                     // DEPENDENCY_CACHES
  std::chrono::milliseconds test_timeout{600'000};         // TEST_TIMEOUT_MS
  std::chrono::milliseconds test_hard_timeout{900'000};    // TEST_HARD_TIMEOUT_MS
  std::int64_t test_cpus = 2;                              // TEST_CPUS
  std::int64_t test_processes = 512;                       // TEST_PROCESSES
  std::int64_t test_disk_bytes = std::int64_t{10} << 30;   // TEST_DISK_BYTES
  std::int64_t test_memory_bytes = std::int64_t{4} << 30;  // TEST_MEMORY_BYTES
  std::int64_t test_output_bytes = 4 << 20;                // TEST_OUTPUT_BYTES

  // The way out of a sandbox while it installs dependencies (egress)
  std::string egress_allow;                               // EGRESS_ALLOW: parse_ecosystem_rules() of core/net/host_rule.h takes it
  std::string egress_addresses;                           // EGRESS_ADDRESSES: parse_host_addresses() takes it
  std::int64_t egress_max_bytes = std::int64_t{2} << 30;  // EGRESS_MAX_BYTES, received by one set-up
  std::int64_t egress_max_requests = 20'000;              // EGRESS_MAX_REQUESTS

  // Sandboxes for clients
  std::string sandbox_listen = "127.0.0.1:0";           // SANDBOX_LISTEN: ip:port of a testing worker's endpoint for ingest; empty: none
  std::int64_t max_sandboxes = 16;                      // MAX_SANDBOXES of one testing worker
  std::int64_t org_max_sandboxes = 5;                   // ORG_MAX_SANDBOXES
  std::chrono::milliseconds sandbox_idle{15 * 60'000};  // SANDBOX_IDLE_MS

  // Notifications
  std::string webhook_secret;                         // WEBHOOK_SECRET, secret: whsec_<base64>
  std::chrono::milliseconds webhook_timeout{10'000};  // WEBHOOK_TIMEOUT_MS

  // Logs
  std::string log_level = "info";   // LOG_LEVEL: debug, info, warning, error
  std::string log_format = "auto";  // LOG_FORMAT: auto (text on a TTY, else json), json, text

  // What is told to others about this process
  std::string otlp_endpoint;                        // OTLP_ENDPOINT: http(s)://host:port of a collector of traces; empty: none
  std::string otlp_headers;                         // OTLP_HEADERS, secret: parse_headers() of watching.h takes it
  std::string trace_sample = "1";                   // TRACE_SAMPLE: parse_share()
  std::string sentry_dsn;                           // SENTRY_DSN, secret: parse_dsn(); empty: errors are only logged
  std::string environment = "production";           // ENVIRONMENT
  std::chrono::milliseconds flags_refresh{10'000};  // FLAGS_REFRESH_MS

  // The command line on the client's side
  std::string url;        // URL: where the API is; empty: the `argosy up` of this checkout
  std::string token;      // TOKEN, secret: bearer token of the client
  std::string state_dir;  // STATE_DIR of `argosy up`; empty: a folder of its own for this checkout
  std::string cache_dir;  // CACHE_DIR: where build and tests keep what they fetched
};

struct Variable {
  std::string name;      // with ARGOSY_
  std::string type;      // string, integer, boolean, milliseconds, list
  std::string fallback;  // as text
  std::string doc;       // one sentence
  bool secret = false;
};

using Environment = std::map<std::string, std::string>;

// Every variable, in the order of the docs.
const std::vector<Variable>& variables();

// One line per mistake: unknown ARGOSY_ variables (with the nearest known name), bad values, both X and X_FILE, a listener beyond loopback
// without tokens. `environment` is what main was given. Names that are not configuration but ours (ARGOSY_FAILPOINTS_SPEC, those of the
// test runs) are passed over. Secrets are made known to the redactor.
std::expected<Settings, std::vector<std::string>> load(const Environment& environment);

// The environment of this process.
Environment process_environment();

// The settings, secrets masked, one `NAME=value  # doc` a line.
std::string show(const Environment& environment);
// The same table as Markdown, for the docs.
std::string document();

std::string_view version();  // "0.1.0"

// For the main of a process: the settings, after `--help`, `--version` and (where steps are run) `--slots N` were looked at; on a mistake
// (or without a database or a broker) prints one line each and exits with 2.
Settings load_or_exit(int argc, char** argv, std::string_view program, std::string_view what_it_does, bool takes_slots = true);

}  // namespace argosy::config
