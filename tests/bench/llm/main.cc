// bench_llm: 500 streams at the same time in one process, each with a conversation of 100 kB: what they cost in memory and CPU, and what
// the model layer adds to the first piece of an answer, beside bare sockets and a vendor's Python SDK on the same streams in the same run.
//
//   bench_llm FOLDER            FOLDER keeps the SDK's virtual environment
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/bench/llm/readers.h"
#include "tests/bench/llm/source.h"
#include "tests/support/eventually.h"
#include "tests/support/models/model_server.h"

namespace argosy::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kMaxKbPerStream = 2048, kMaxFirstMs = 5, kMaxRatio = 0.2;

constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

struct Source {
  Child child;
  std::uint16_t port;
};

Result<Source> start_source(const fs::path& folder) {
  const auto output = folder / "source";
  ARGOSY_TRY(Child child,
             Child::start({.argv = {fs::read_symlink("/proc/self/exe").string(), "--source"}, .env = minimal_env(), .output = output}));
  const auto said = [&] { return read_file(output).value_or(""); };
  testing::eventually([&] { return said().ends_with("\n") || !child.running(); });
  const auto port = said().starts_with("port ") ? text::to_int(text::trim(said().substr(5))) : std::nullopt;
  if (!port) return fail_transient("bench_failed", "the source does not listen");
  return Source{.child = std::move(child), .port = static_cast<std::uint16_t>(*port)};
}

// The same number of streams over TLS, where every connection has buffers and keys of its own: from the stand-in for vendors.
Result<Reading> read_over_tls(const fs::path& folder) {
  const auto cert = (folder / "cert.pem").string(), key = (folder / "key.pem").string(), rules = (folder / "rules.json").string();
  ARGOSY_TRY(const auto made, run({.argv = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                                            "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert},
                                   .env = minimal_env()}));
  if (made.exit_code != 0) return fail_transient("bench_failed", made.err);
  // As many authorities to trust as the system's, so that what each connection keeps of them is seen.
  const auto trusted = (folder / "trusted.pem").string();
  ARGOSY_TRY_VOID(write_file_atomic(trusted, read_file(cert).value_or("") + read_file(kSystemAuthorities).value_or("")));
  ARGOSY_TRY_VOID(write_file_atomic(rules, R"([{"then":{"text":"as long as all are open","pieces":20,"pause_ms":500}}])"));
  const test::ModelServer server({"--cert", cert, "--key", key, "--rules", rules});
  return read_with_argosy(server.url(), trusted);
}

void print(std::string_view who, const Reading& reading) {
  fmt::print("{:<22}", who);
  if (reading.events > 0)
    fmt::print("{:>9} events  cpu {:>7.0f} ms = {:>6.2f} a 1,000  {:>6.0f} kB a stream  ", reading.events, reading.cpu_ms,
               reading.cpu_ms_per_1000(), reading.kb_per_stream);
  fmt::print("first piece, ms: p50 {:.2f}  p90 {:.2f}  p99 {:.2f}\n", reading.first_at(0.5), reading.first_at(0.9), reading.first_at(0.99));
}

Result<bool> measure(const std::string& sdk_folder) {
  const TempDir folder("bench-llm");
  ARGOSY_TRY(const Source source, start_source(folder.path()));
  const std::string url = fmt::format("http://127.0.0.1:{}/v1", source.port);
  ARGOSY_TRY(const Reading ours, read_with_argosy(url));
  print("argosy", ours);
  ARGOSY_TRY(const double cancel_ms, slowest_cancel_ms(url));
  ARGOSY_TRY(const Reading raw, read_with_sockets(source.port));
  print("bare sockets", raw);
  ARGOSY_TRY(const Reading sdk, read_with_sdk(url, sdk_folder));
  print("vendor's Python SDK", sdk);
  ARGOSY_TRY(const Reading tls, read_over_tls(folder.path()));
  fmt::print("over TLS: {:.0f} kB a stream; {} streams cancelled at once: the slowest took {:.1f} ms\n", tls.kb_per_stream, kStreams,
             cancel_ms);

  // Of the medians: the tails of a busy machine are its scheduler's, and stand above for both.
  const double first_ms = std::max(ours.first_at(0.5) - raw.first_at(0.5), 0.0);
  const double ratio = ours.cpu_ms_per_1000() / sdk.cpu_ms_per_1000();
  fmt::print("llm: streams={} kb_per_stream={:.0f} cpu_ms_per_1000_events={:.2f} first_token_ms={:.2f} python_sdk_ratio={:.3f}\n", kStreams,
             ours.kb_per_stream, ours.cpu_ms_per_1000(), first_ms, ratio);
  return ours.kb_per_stream <= kMaxKbPerStream && first_ms <= kMaxFirstMs && ratio <= kMaxRatio &&
         ours.events == std::int64_t{kStreams} * kEvents && sdk.events == ours.events;
}

}  // namespace
}  // namespace argosy::bench

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--source") == 0) return argosy::bench::serve_streams();
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_llm FOLDER\n");
    return 2;
  }
  const auto fine = argosy::bench::measure(argv[1]);
  if (!fine) fmt::print(stderr, "{}\n", to_string(fine.error()));
  return fine && *fine ? 0 : 1;
}
