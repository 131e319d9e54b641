#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "common/core/json.h"
#include "common/core/subprocess.h"
#include "tests/bench/llm/readers.h"
#include "tests/bench/llm/source.h"

namespace argosy::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSdk = "openai==3.54.0";
constexpr std::chrono::minutes kInstallTime{5}, kReadTime{10};

// Ours as it is: pip's mirror, certificates and proxies are in it.
std::map<std::string, std::string> whole_environment() {
  std::map<std::string, std::string> out;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view line = *at;
    if (const auto equals = line.find('='); equals != std::string_view::npos) out.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

Result<std::string> run_it(std::vector<std::string> argv, std::chrono::milliseconds time) {
  ARGOSY_TRY(const auto done, run({.argv = std::move(argv), .env = whole_environment(), .timeout = time}));
  if (done.exit_code != 0) return fail_transient("bench_failed", done.err.empty() ? done.out : done.err);
  return done.out;
}

}  // namespace

Result<Reading> read_with_sdk(const std::string& url, const std::string& folder) {
  const std::string python = folder + "/bin/python";
  if (!fs::exists(folder + "/installed")) {
    ARGOSY_TRY_VOID(run_it({"python3", "-m", "venv", folder}, kInstallTime));
    ARGOSY_TRY_VOID(run_it({python, "-m", "pip", "install", "--quiet", kSdk}, kInstallTime));
    fs::create_directory(folder + "/installed");
  }
  ARGOSY_TRY(const auto said,
             run_it({python, ARGOSY_SOURCE_DIR "/tests/bench/llm/sdk.py", url, std::to_string(kStreams), std::to_string(kConversation)},
                    kReadTime));
  ARGOSY_TRY(const auto figures, json::parse(said));
  Reading out{.events = figures.int_or("events", 0),
              .cpu_ms = figures.find("cpu_ms")->as_double(),
              .kb_per_stream = figures.find("kb_per_stream")->as_double()};
  for (const auto& one : figures.array_or_empty("first_ms")) out.first_ms.push_back(one.as_double());
  std::ranges::sort(out.first_ms);
  return out;
}

}  // namespace argosy::bench
