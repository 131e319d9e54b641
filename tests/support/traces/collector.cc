#include "tests/support/traces/collector.h"

#include <stdexcept>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "common/http/client.h"
#include "tests/support/callers_environment.h"
#include "tests/support/eventually.h"

namespace argosy::test {
namespace {

constexpr std::chrono::minutes kFetchTime{5};  // the registry's pace, the first time

// The Python that knows the official definitions.
std::string python() {
  static const std::string path = [] {
    const auto done =
        run({.argv = {ARGOSY_SOURCE_DIR "/infra/tools/fetch", "opentelemetry-proto"}, .env = callers_environment(), .timeout = kFetchTime});
    if (!done || done->exit_code != 0) throw std::runtime_error(done ? done->err : to_string(done.error()));
    return std::string(text::trim(done->out));
  }();
  return path;
}

}  // namespace

Collector::Collector(std::uint16_t port) {
  const auto output = folder_.path() / "out";
  auto child = Child::start(
      {.argv = {python(), ARGOSY_SOURCE_DIR "/tests/standins/collector", std::to_string(port)}, .env = minimal_env(), .output = output});
  if (!child) throw std::runtime_error(to_string(child.error()));
  child_.emplace(std::move(*child));
  const auto said = [&] { return read_file(output).value_or(""); };
  testing::eventually([&] { return said().ends_with("\n") || !child_->running(); });
  const std::string line = said();
  const auto told = line.starts_with("port ") ? text::to_int(text::trim(line.substr(5))) : std::nullopt;
  if (!told) throw std::runtime_error("the stand-in for collectors did not start: " + line);
  port_ = static_cast<std::uint16_t>(*told);
}

json::Array Collector::spans_of(const std::string& trace_id) const {
  json::Array found;
  for (const auto& span : spans())
    if (span.string_or("trace_id", "") == trace_id) found.push_back(span);
  return found;
}

void Collector::answer(int status, int times, int rejected) const {
  const auto body = json::dump(json::Object{{"status", status}, {"times", times}, {"rejected", rejected}});
  const auto done = http::fetch({.method = "POST", .url = url() + "/control/answer", .body = body});
  if (!done || done->status != 200) throw std::runtime_error("the stand-in for collectors takes no answer");
}

json::Array Collector::control(const std::string& what) const {
  const auto answer = http::fetch({.url = url() + "/control/" + what});
  if (!answer || answer->status != 200) throw std::runtime_error("the stand-in for collectors answers no " + what);
  auto value = json::parse(answer->body);
  if (!value || !value->is_array()) throw std::runtime_error("the stand-in for collectors answers no list of " + what);
  return value->as_array();
}

}  // namespace argosy::test
