// Every variable, once. Defaults stand in settings.h, bounds here: a value beyond them is a mistake, not a wish.
#include <limits>

#include "common/config/variable_table.h"

namespace argosy::config {
namespace {

using S = Settings;

constexpr std::int64_t kPort = 65'535;
constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kMostDays = 36'500;
constexpr std::int64_t kMiB = 1 << 20, kGiB = 1 << 30;

using Text = std::string Settings::*;

Row secret(std::string_view name, Text member, std::string_view doc) {
  return {.name = name, .member = member, .doc = doc, .secret = true};
}
Row choice(std::string_view name, Text member, std::string_view doc, std::vector<std::string_view> words) {
  return {.name = name, .member = member, .doc = doc, .one_of = std::move(words)};
}
// Its default is worked out at run time.
Row derived(std::string_view name, Text member, std::string_view doc, std::string_view shown_default) {
  return {.name = name, .member = member, .doc = doc, .shown_default = shown_default};
}

// Where things are, who may call, the limits of the edge, the engine.
std::vector<Row> service_rows() {
  return {
      secret("POSTGRES_URL", &S::postgres_url, "Postgres, as a libpq connection string or URL."),
      {"KAFKA_BROKERS", &S::kafka_brokers, "Kafka's bootstrap brokers, host:port separated by commas."},
      {"KAFKA_EMBEDDED", &S::kafka_embedded, "Whether the brokers are librdkafka's built-in one, as `argosy broker` runs it."},
      secret("KAFKA_PROPERTIES", &S::kafka_properties, "librdkafka's security.protocol, ssl.* and sasl.*, lines of name=value."),
      derived("PUBLIC_URL", &S::public_url, "Where clients reach the API; stands in Location and logs_url.", "http://LISTEN:API_PORT"),
      derived("PUBLIC_WS_URL", &S::public_ws_url, "Where clients reach the fan-out; stands in stream_url.", "ws://LISTEN:WS_PORT"),
      derived("WORK_DIR", &S::work_dir, "Folder for mirrors and work trees; losing it costs time only.", "/var/tmp/argosy-UID"),

      {"LISTEN", &S::listen, "Address that all servers listen on; anything but loopback needs TOKENS_FILE."},
      {"API_PORT", &S::api_port, "Port of the REST API (ingest).", 0, kPort},
      {"WS_PORT", &S::ws_port, "Port of the WebSocket streams (fan-out).", 0, kPort},
      {"ADMIN_PORT", &S::admin_port, "Port of /metrics, /healthz and /readyz of the other processes; 0: any free one, told in the log.", 0,
       kPort},
      {"HINT_LISTEN", &S::hint_listen,
       "ip:port where a worker hears of ready steps by UDP, milliseconds before Kafka; an address that the other machines reach. Port 0: "
       "any "
       "free one; empty: neither listens nor sends."},

      {"TOKENS_FILE", &S::tokens_file,
       "File of bearer tokens, a line each: sha256hex org-uuid user role. Without it all callers are the default organisation."},
      {"ALLOW_FILE_URLS", &S::allow_file_urls, "Whether repositories may be file:// URLs of this machine."},
      {"ALLOW_HTTP_WEBHOOKS", &S::allow_http_webhooks, "Whether webhooks may be plain http to loopback."},

      {"MAX_BODY_BYTES", &S::max_body_bytes, "Largest request body.", 1024, 64 * kMiB},
      {"MAX_HEADER_BYTES", &S::max_header_bytes, "Largest request line and headers together.", 1024, kMiB},
      {"MAX_OPERATIONS", &S::max_operations, "Operations that a change task may hold.", 1, 256},
      {"MAX_CONNECTIONS", &S::max_connections, "Open connections of a server; more are refused.", 1, 1'000'000},
      {"HEADER_TIMEOUT_MS", &S::header_timeout, "How long a client may take to send its headers.", 10, kHour},
      {"BODY_TIMEOUT_MS", &S::body_timeout, "How long a client may take to send its body.", 10, kHour},
      {"IDLE_TIMEOUT_MS", &S::idle_timeout, "How long a connection may stay without a request.", 10, kDay},
      {"ANSWER_TIMEOUT_MS", &S::answer_timeout, "How long a client waits for an answer before it gets a 503.", 100, kHour},
      {"WS_CLIENT_BUFFER_BYTES", &S::ws_client_buffer_bytes, "Bytes that wait for one slow WebSocket client before it is closed.",
       256 * 1024, 64 * kMiB},

      {"SLOTS", &S::slots, "Steps that a worker runs at once (--slots wins); 0: the worker's own default.", 0, 1024},
      {"WAITING_STEPS", &S::waiting_steps,
       "Steps of agents that a codegen worker holds beside those on its slots, while they wait for a model.", 0, 4096},
      {"CONTEXT_TOKENS", &S::context_tokens,
       "Tokens of the repository that an agent is shown before it begins; at most a quarter of the smallest window of the models.", 0,
       1'000'000},
      {"LEASE_MS", &S::lease, "An owner that was silent for so long is dead and its steps go back.", 1000, 10 * kMinute},
      {"RENEW_MS", &S::renew_every, "How often a process renews its lease; at most half of LEASE_MS.", 100, 5 * kMinute},
      {"DRAIN_TIMEOUT_MS", &S::drain_timeout, "How long a stopping worker finishes its steps before it hands them back.", 0, kHour},
      {"DRAIN_PATIENCE_MS", &S::drain_patience,
       "How much longer it waits for steps that were handed back before; where something kills it after a grace period, both together and "
       "5 s must fit into that.",
       0, 7 * kDay},
      {"KAFKA_SESSION_MS", &S::kafka_session,
       "A worker that was silent for so long loses its partitions to others; at least the brokers' group.min.session.timeout.ms.", 1000,
       5 * kMinute},
      {"KAFKA_PARTITIONS", &S::partitions, "Partitions of each dispatch topic; at least twice the largest number of replicas.", 1, 1024},
      {"KAFKA_EVENTS_PARTITIONS", &S::events_partitions,
       "Partitions of the events topic: a finish sends one message to each that its tasks are in.", 1, 1024},
      {"KAFKA_REPLICATION", &S::replication, "Replicas of each topic.", 1, 9},
      {"ORG_WINDOW", &S::org_window, "Announced and still unclaimed steps that an organisation may have per queue and lane.", 64, 8192},
      {"ORG_MAX_RUNNING", &S::org_max_running,
       "Steps that an organisation without a limit of its own (`argosy limits`) may run at once; 0: no limit.", 0, 1'000'000},
      {"FAST_RETRIES", &S::fast_retries, "Retries of a transient failure with short waits, before the step is parked.", 0, 20},
      {"MAX_ATTEMPTS", &S::max_attempts, "Attempts after which a step is a dead letter.", 1, 100},
      {"RETRY_BASE_MS", &S::retry_base, "Longest wait before the first fast retry; doubles with each.", 1, kHour},
      {"PARKED_BASE_MS", &S::parked_base, "Longest wait before the first retry of a parked step; doubles with each.", 1, kDay},
      {"STEP_DEADLINE_MS", &S::step_deadline, "How long one attempt of a step may run.", 1000, 7 * kDay},
      {"MAX_TASK_STEPS", &S::max_task_steps, "Steps that a task may have; one that would add more has failed.", 8, 512},
      {"MAX_TASK_DEPTH", &S::max_task_depth, "Steps of a task that may stand in a row; what a step adds in its own place does not count.",
       8, 512},
      {"CHECKPOINT_MS", &S::checkpoint_limit, "How long a step waits for a person's answer before it has failed.", 1000, 365 * kDay},
  };
}

// Models and what they may cost.
std::vector<Row> model_rows() {
  return {
      {"MODELS", &S::models, "File of the models that may be called (models.yaml); without it there are none."},
      {"MODEL", &S::model,
       "What answers in the models' place: script:FILE (rules), replay:DIR (recorded calls); record:DIR records the real ones. Empty: the "
       "real ones."},
      {"PROMPTS", &S::prompts, "Folder of prompts (NAME.md) that stand over the built-in ones, as `argosy prompts show` shows them."},
      {"TASK_MAX_USD", &S::task_max_usd,
       "US dollars that the models' calls of a task may cost (`argosy budget` sets it for single tasks); 0: nothing, none: any amount."},
      {"TASK_MAX_TOKENS", &S::task_max_tokens, "Tokens that the models' calls of a task may take; 0: nothing, none: any number."},
      {"RESEARCH_URLS", &S::research_urls,
       "Where agents with the tool `research` search documentation: addresses with {query}, separated by spaces; empty: nowhere."},
      {"OSV_DATABASE", &S::osv_database,
       "Folder with the JSON files of an osv.dev database, for the tool `vulnerability_lookup`; empty: there is none."},
      {"CACHE_RULES", &S::cache_rules,
       "How alike questions must be to get a kept answer, and how long it is kept; empty: decomposition=0.90/7d response=0.85/1d "
       "analysis=0.95/3d edit=exact/1d. NAME=off, or off for all."},
      {"CACHE_EMBEDDER", &S::cache_embedder,
       "The model of models.yaml that tells how alike questions are; empty: the first one with can: [embedding]. Without one only the same "
       "is found."},
      {"ORG_CACHE_ENTRIES", &S::org_cache_entries, "Models' answers that are kept for an organisation; the oldest go first.", 1,
       100'000'000},
      {"ORG_CACHE_BYTES", &S::org_cache_bytes, "Bytes of models' answers that are kept for an organisation.", kMiB, 1024 * kGiB},
  };
}

// How long is kept what is over.
std::vector<Row> retention_rows() {
  return {
      {"RETENTION_DAYS", &S::retention_days,
       "Days after its end until a task goes with its steps, attempts, events and artifacts; 0: never. What is open stays, however old.", 0,
       kMostDays},
      {"ARTIFACT_RETENTION_DAYS", &S::artifact_retention_days,
       "Days after its end until patches, logs and reports of a task go; a failed one keeps them as long as it is kept itself. 0: never "
       "before the task.",
       0, kMostDays},
      {"INDEX_RETENTION_DAYS", &S::index_retention_days,
       "Days after it was used last until the kept index of a commit's sources goes; 0: never.", 0, kMostDays},
      {"ORG_INDEX_BYTES", &S::org_index_bytes,
       "Bytes of sources' indexes that are kept for an organisation; those that were used longest ago go first. 0: none is kept.", 0,
       1024 * kGiB},
  };
}

// The bucket of artifacts.
std::vector<Row> bucket_rows() {
  return {
      choice("ARTIFACTS", &S::artifacts, "Where the bytes of new artifacts go; those that are elsewhere are still read there.",
             {"postgres", "s3"}),
      {"S3_BUCKET", &S::s3_bucket, "Bucket of artifacts; without it what lies in one cannot be read."},
      {"S3_REGION", &S::s3_region, "Region of the bucket."},
      {"S3_ENDPOINT", &S::s3_endpoint, "URL of what speaks like S3; empty: AWS's of the region."},
      {"S3_PATH_STYLE", &S::s3_path_style, "Whether the bucket's name stands in the path and not before the host's."},
      {"S3_PREFIX", &S::s3_prefix, "What the keys of artifacts begin with."},
      choice("S3_ENCRYPTION", &S::s3_encryption, "How objects are encrypted; bucket: as the bucket itself says.",
             {"bucket", "AES256", "aws:kms"}),
      {"S3_KMS_KEY", &S::s3_kms_key, "Key of aws:kms; empty: the bucket's."},
      {"S3_ACCESS_KEY_ID", &S::s3_access_key_id,
       "Keys of the bucket's user; empty: those lent to the pod's service account (IRSA) or by its agent (AWS_* variables)."},
      secret("S3_SECRET_ACCESS_KEY", &S::s3_secret_access_key, "The secret one of these keys."),
      {"S3_STS_ENDPOINT", &S::s3_sts_endpoint, "URL of what lends keys to service accounts; empty: AWS's of the region."},
  };
}

// Artifacts, git, tests, notifications, logs, the command line.
std::vector<Row> work_rows() {
  return {
      {"MAX_ARTIFACT_BYTES", &S::max_artifact_bytes, "Largest artifact.", 1024, kGiB},
      {"MAX_TASK_ARTIFACT_BYTES", &S::max_task_artifact_bytes, "All artifacts of a task together.", 1024, 64 * kGiB},
      {"MAX_LOG_BYTES", &S::max_log_bytes, "Log that is kept of one attempt; what comes after is dropped.", 1024, kGiB},

      {"BRANCH_TEMPLATE", &S::branch_template, "Name of the branch that is pushed; {timestamp}, {slug} and {task} are filled in."},
      {"GIT_AUTHOR_NAME", &S::git_author_name, "Name in the commits."},
      {"GIT_AUTHOR_EMAIL", &S::git_author_email, "E-mail address in the commits."},
      secret("GIT_READ_CREDENTIALS", &S::git_read_credentials, "Credentials that may read, lines of `https://host/path user:token`."),
      secret("GIT_WRITE_CREDENTIALS", &S::git_write_credentials, "Credentials that may push, read by the git worker only; lines as above."),
      {"GIT_TIMEOUT_MS", &S::git_timeout, "How long one git command may take.", 1000, kDay},

      choice("SANDBOX", &S::sandbox,
             "How tests are fenced in; gvisor needs root and runsc, none-i-understand runs them with the worker's rights.",
             {"bwrap", "gvisor", "none-i-understand"}),
      {"SANDBOX_REQUIRE", &S::sandbox_require,
       "Layers that a sandbox must have, separated by colons (`argosy doctor sandbox` lists all); a step whose worker lacks one fails and "
       "says "
       "so."},
      {"TEST_PATHS", &S::test_paths,
       "Folders bound read-only into the sandbox, separated by colons; gomodcache, m2, node_modules, site-packages or bin as the last part "
       "of a name makes it known to its tools."},
      choice("SETUP", &S::setup,
             "Whether dependencies are fetched before the tests; auto: unless ARGOSY_TEST_PATHS names folders that have them.",
             {"auto", "always", "off"}),
      secret("SETUP_SECRETS", &S::setup_secrets,
             "What set-ups may see where .argosy.yaml names it, lines of `org/name VARIABLE value`; tests never do."),
      {"EGRESS_FROM_REPOSITORIES", &S::egress_from_repositories, "Whether a set-up may also reach the hosts that .argosy.yaml names."},
      {"DEPENDENCY_CACHES", &S::dependency_caches, "Sets of fetched dependencies that a testing worker keeps; those used last.", 1,
       100'000},
      {"TEST_TIMEOUT_MS", &S::test_timeout, "How long one run of a repository's tests may take.", 1000, kDay},
      {"TEST_HARD_TIMEOUT_MS", &S::test_hard_timeout, "How long it may take at most, whatever the repository's .argosy.yaml says.", 1000,
       kDay},
      {"TEST_CPUS", &S::test_cpus, "Processors' worth of time that one run may use, where control groups can keep it.", 1, 1024},
      {"TEST_PROCESSES", &S::test_processes, "Processes and threads of one run.", 16, 100'000},
      {"TEST_DISK_BYTES", &S::test_disk_bytes, "Disk that one run may fill.", 64 * kMiB, 1024 * kGiB},
      {"TEST_MEMORY_BYTES", &S::test_memory_bytes, "Memory that all processes of one run may use together.", 64 * kMiB, 1024 * kGiB},
      {"TEST_OUTPUT_BYTES", &S::test_output_bytes, "Output of one run that is kept.", 4096, kGiB},

      {"EGRESS_ALLOW", &S::egress_allow,
       "Hosts that set-ups may reach beside their registries, separated by commas: host, host:port, *.host; behind python:, javascript:, "
       "go:, "
       "java: or rust: for those only. Without a port 443."},
      {"EGRESS_ADDRESSES", &S::egress_addresses,
       "host=address, separated by commas: private and other special addresses that a name may have all the same, as a registry's mirror "
       "often does."},
      {"EGRESS_MAX_BYTES", &S::egress_max_bytes, "Bytes that one set-up may receive.", kMiB, 1024 * kGiB},
      {"EGRESS_MAX_REQUESTS", &S::egress_max_requests, "Connections that one set-up may make.", 1, 1'000'000},

      secret("WEBHOOK_SECRET", &S::webhook_secret, "Key that signs webhooks, whsec_<base64> (Standard Webhooks)."),
      {"WEBHOOK_TIMEOUT_MS", &S::webhook_timeout, "How long one delivery may take.", 100, 10 * kMinute},

      choice("LOG_LEVEL", &S::log_level, "Least severity that is logged.", {"debug", "info", "warning", "error"}),
      choice("LOG_FORMAT", &S::log_format, "How log lines look; auto: text on a terminal, else json.", {"auto", "json", "text"}),

      derived("URL", &S::url, "Where the command line finds the API.", "the `argosy up` of this checkout"),
      secret("TOKEN", &S::token, "Bearer token that the command line sends."),
      derived("STATE_DIR", &S::state_dir, "Where `argosy up` keeps its database and logs.", "a folder for this checkout"),
      derived("CACHE_DIR", &S::cache_dir, "Where the build and the tests keep what they fetched.", "~/.cache/argosy"),
  };
}

// What is told to others about the processes, and what operators switch while they run.
std::vector<Row> watching_rows() {
  return {
      {"OTLP_ENDPOINT", &S::otlp_endpoint,
       "Where traces go: http(s)://host:port of an OpenTelemetry collector, OTLP over HTTP; /v1/traces is added. Empty: nowhere."},
      secret("OTLP_HEADERS", &S::otlp_headers, "Headers that go with the traces, name=value separated by commas; for a collector's key."),
      {"TRACE_SAMPLE", &S::trace_sample,
       "Share of the tasks that are traced, from 0 to 1; decided once, where the request comes in. A client's traceparent decides for it."},
      secret("SENTRY_DSN", &S::sentry_dsn, "Where errors are reported that nobody will try again, a Sentry DSN; empty: nowhere."),
      {"ENVIRONMENT", &S::environment, "What traces and reports of errors call this installation."},
      {"FLAGS_REFRESH_MS", &S::flags_refresh, "How long a process goes by the feature flags that it has read.", 100, kHour},
  };
}

// Sandboxes for clients.
std::vector<Row> sandbox_rows() {
  return {
      {"SANDBOX_LISTEN", &S::sandbox_listen,
       "ip:port where a testing worker takes calls of ingest for clients' sandboxes; an address that ingest's machine reaches. Port 0: any "
       "free one; empty: it keeps none."},
      {"MAX_SANDBOXES", &S::max_sandboxes, "Sandboxes for clients that one testing worker keeps at once.", 1, 256},
      {"ORG_MAX_SANDBOXES", &S::org_max_sandboxes, "Sandboxes that an organisation may have at once; 0: none.", 0, 10'000},
      {"SANDBOX_IDLE_MS", &S::sandbox_idle, "How long a sandbox is kept in which nothing runs.", 1000, 7 * kDay},
  };
}

}  // namespace

const std::vector<Row>& rows() {
  static const std::vector<Row> all = [] {
    std::vector<Row> joined = service_rows();
    for (Row& row : model_rows()) joined.push_back(std::move(row));
    for (Row& row : retention_rows()) joined.push_back(std::move(row));
    for (Row& row : bucket_rows()) joined.push_back(std::move(row));
    for (Row& row : work_rows()) joined.push_back(std::move(row));
    for (Row& row : watching_rows()) joined.push_back(std::move(row));
    for (Row& row : sandbox_rows()) joined.push_back(std::move(row));
    return joined;
  }();
  return all;
}

const std::vector<Variable>& variables() {
  static const std::vector<Variable> all = [] {
    const Settings defaults;
    std::vector<Variable> made;
    for (const Row& row : rows()) {
      made.push_back({.name = std::string(kPrefix) + std::string(row.name),
                      .type = std::string(type_of(row)),
                      .fallback = row.shown_default.empty() ? text_of(row, defaults) : std::string(row.shown_default),
                      .doc = std::string(row.doc),
                      .secret = row.secret});
    }
    return made;
  }();
  return all;
}

}  // namespace argosy::config
