#include "tests/support/process.h"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/http/client.h"

namespace argosy::test {
namespace {

constexpr std::chrono::milliseconds kAskHealthEvery{20};
constexpr std::size_t kTailBytes = 4000;

Child start(const ProcessOptions& options) {
  ChildOptions child;
  const bool is_path = options.program.find('/') != std::string::npos;
  child.argv.push_back(is_path ? options.program : std::string(ARGOSY_BINARY_DIR "/bin/") + options.program);
  child.argv.insert(child.argv.end(), options.arguments.begin(), options.arguments.end());
  child.env = options.environment;
  child.env.merge(clean_environment());
  child.output = options.log;
  auto started = Child::start(child);
  if (!started) throw std::runtime_error(to_string(started.error()));
  return std::move(*started);
}

}  // namespace

Environment clean_environment() {
  Environment out;
  for (const char* name :
       {"PATH", "HOME", "USER", "LANG", "TMPDIR", "LLVM_PROFILE_FILE", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "SSL_CERT_FILE"}) {
    if (const char* value = std::getenv(name)) out[name] = value;
  }
  return out;
}

Process::Process(ProcessOptions options)
    : options_(std::move(options)), log_begins_(read_file(options_.log).value_or("").size()), child_(start(options_)) {}

void Process::wait_ready(std::chrono::milliseconds timeout) {
  http::ClientRequest request;
  request.url = fmt::format("http://127.0.0.1:{}/readyz", options_.health_port);
  request.timeout = std::chrono::seconds(2);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::string last = "no answer";
  while (std::chrono::steady_clock::now() < deadline) {
    if (const auto answer = http::fetch(request)) {
      if (answer->status == 200) return;
      last = answer->body;
    }
    if (const auto code = child_.wait(kAskHealthEvery)) {
      throw std::runtime_error(fmt::format("{} ended with {} instead of becoming ready:\n{}", options_.program, *code, tail()));
    }
  }
  throw std::runtime_error(fmt::format("{} is not ready: {}\n{}", options_.program, last, tail()));
}

bool Process::wait_log(const std::string& text, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const bool ended = child_.wait(kAskHealthEvery).has_value();  // asked before the log is read: what it wrote last counts
    if (log().find(text) != std::string::npos) return true;
    if (ended || std::chrono::steady_clock::now() >= deadline) return false;
  }
}

void Process::kill9() {
  child_.signal_group(SIGKILL);
  wait_exit();
}

int Process::terminate(std::chrono::milliseconds timeout) {
  child_.signal(SIGTERM);
  return wait_exit(timeout);
}

int Process::wait_exit(std::chrono::milliseconds timeout) {
  const auto code = child_.wait(timeout);
  if (!code) throw std::runtime_error(fmt::format("{} still runs after {} ms:\n{}", options_.program, timeout.count(), tail()));
  return *code;
}

std::string Process::log() const {
  auto all = read_file(options_.log).value_or("");
  return all.size() > log_begins_ ? all.substr(log_begins_) : "";
}

std::optional<double> Process::metric(const std::string& name, const std::string& label) const {
  http::ClientRequest request;
  request.url = fmt::format("http://127.0.0.1:{}/metrics", options_.health_port);
  request.timeout = std::chrono::seconds(2);
  const auto answer = http::fetch(request);
  if (!answer || answer->status != 200) return std::nullopt;
  double sum = 0;
  for (const auto line : text::lines(answer->body)) {
    if (!line.starts_with(name) || (line[name.size()] != '{' && line[name.size()] != ' ')) continue;
    if (line.find(label) == std::string_view::npos) continue;
    sum += std::strtod(std::string(line.substr(line.rfind(' ') + 1)).c_str(), nullptr);
  }
  return sum;
}

std::string Process::tail() const {
  const auto all = log();
  return all.size() > kTailBytes ? all.substr(all.size() - kTailBytes) : all;
}

}  // namespace argosy::test
