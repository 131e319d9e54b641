#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <memory>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/http/stream_client.h"
#include "common/llm/call/http_model.h"
#include "tests/bench/llm/readers.h"
#include "tests/bench/llm/source.h"

namespace argosy::bench {
namespace {

double cpu_ms() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& time) { return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3; };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

// "VmHWM", "VmRSS"
std::int64_t status_kb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":"))
      return text::to_int(text::trim(line.substr(name.size() + 1, line.size() - name.size() - 3))).value_or(0);
  return 0;
}

std::shared_ptr<const llm::Request> conversation(int number) {
  llm::Request request;
  request.messages = {{.role = llm::Role::user, .parts = {llm::Text{std::to_string(number) + std::string(kConversation, 'c')}}}};
  return std::make_shared<const llm::Request>(std::move(request));
}

// One stream: on the client's thread only.
struct Seen {
  std::int64_t events = 0;
  double first_ms = 0;

  void piece(std::string_view text) {
    if (events++ != 0) return;
    const auto sent = argosy::text::to_int(argosy::text::trim(text));
    if (sent) first_ms = static_cast<double>(monotonic_ns() - *sent) / 1e6;
  }
};

struct Layer {
  explicit Layer(const std::string& url, const std::string& ca_file = {})
      : endpoint{.base_url = url, .model = "bench", .key = "sk-bench"},
        model({.endpoint = endpoint, .local = true, .ca_file = ca_file}, client, gates.at(endpoint), system_clock()) {}

  http::StreamClient client;
  llm::Gates gates{system_clock(),
                   [this](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); }};
  llm::Endpoint endpoint;
  llm::HttpModel model;
};

}  // namespace

Result<Reading> read_with_argosy(const std::string& url, const std::string& ca_file) {
  Layer layer(url, ca_file);
  // What an earlier reading left behind is neither idle nor its peak ours.
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
  const auto idle_kb = status_kb("VmRSS");
  const double before = cpu_ms();

  std::vector<Seen> seen(kStreams);
  std::atomic<int> left = kStreams, failed = 0;
  std::promise<std::string> all;
  for (int i = 0; i < kStreams; ++i)
    layer.model.start(
        conversation(i),
        {.on_delta = [&stream = seen[static_cast<std::size_t>(i)]](llm::Delta, std::string_view text) { stream.piece(text); }},
        [&](const llm::CallResult& result) {
          if (result.fault) ++failed;
          if (--left == 0) all.set_value(result.fault ? to_string(result.fault->error) : "");
        });
  const std::string last = all.get_future().get();
  if (failed > 0) return fail_transient("bench_failed", std::to_string(failed) + " streams failed: " + last);

  Reading out{.cpu_ms = cpu_ms() - before, .kb_per_stream = static_cast<double>(status_kb("VmHWM") - idle_kb) / kStreams};
  for (const Seen& stream : seen) {
    out.events += stream.events;
    out.first_ms.push_back(stream.first_ms);
  }
  std::ranges::sort(out.first_ms);
  return out;
}

Result<double> slowest_cancel_ms(const std::string& url) {
  Layer layer(url);
  std::stop_source stop;
  std::vector<Seen> seen(kStreams);
  std::atomic<int> not_begun = kStreams, left = kStreams;
  std::atomic<std::int64_t> last = 0;
  std::promise<void> all_begun, all_ended;
  for (int i = 0; i < kStreams; ++i)
    layer.model.start(conversation(i),
                      {.on_delta =
                           [&, &stream = seen[static_cast<std::size_t>(i)]](llm::Delta, std::string_view) {
                             if (stream.events++ == 0 && --not_begun == 0) all_begun.set_value();
                           },
                       .stop = stop.get_token()},
                      [&](const llm::CallResult&) {
                        last = monotonic_ns();
                        if (--left == 0) all_ended.set_value();
                      });
  all_begun.get_future().wait();
  const std::int64_t asked = monotonic_ns();
  stop.request_stop();
  all_ended.get_future().wait();
  return static_cast<double>(last - asked) / 1e6;
}

}  // namespace argosy::bench
