// bench_agents: 500 loops of agents in one process, each with a conversation of 100 kB on a repository of 1,000 files, each waiting on an
// open stream of its model: what a waiting loop costs in memory. The driver, the loop and the model layer are the product's; saved loops
// come from and go to nowhere, for they lie in Postgres else.
#include <fmt/format.h>
#include <malloc.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "common/llm/call/http_model.h"
#include "tests/support/git_fixture.h"
#include "tests/support/models/model_server.h"
#include "tests/support/step_fixture.h"
#include "workers/codegen/agent/agents.h"
#include "workers/codegen/agent/saved_loop.h"

namespace argosy::bench {
namespace {

constexpr int kLoops = 500, kFiles = 1'000;
constexpr std::size_t kConversation = 100'000;  // bytes
constexpr double kMaxMb = 2;
// No answer ends before all have begun.
constexpr auto kEndless = R"([{"then":{"text":"as long as all are open, and then for some time","pieces":40,"pause_ms":20000}}])";
constexpr std::size_t kToolResult = 4'000;  // bytes of one, as the conversation has them

// "VmHWM", "VmRSS"
double status_mb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":"))
      return static_cast<double>(text::to_int(text::trim(line.substr(name.size() + 1, line.size() - name.size() - 3))).value_or(0)) / 1024;
  return 0;
}

std::string source_of(int file) {
  std::string text = fmt::format("import module_{:03}\n\n\nclass Service{}:\n", (file + 1) % kFiles, file);
  for (int i = 0; i < 20; ++i) text += fmt::format("    def step_{}_{}(self, value):\n        return value + {}\n\n", file, i, i);
  return text;
}

std::string push_repository(const testing::GitFixture& remote) {
  std::map<std::string, std::string> files;
  for (int i = 0; i < kFiles; ++i) files[fmt::format("package_{}/module_{:03}.py", i % 20, i)] = source_of(i);
  return remote.push_files(files);
}

// What every file defines, in a line each: the conversation begins with it.
std::string map_of_repository() {
  std::string map;
  for (int i = 0; i < kFiles; ++i) map += fmt::format("package_{}/module_{:03}.py: class Service{}\n", i % 20, i, i);
  return map;
}

// As long as it is after some dozen rounds.
agent::LoopState conversation(int loop) {
  agent::LoopState state;
  std::size_t bytes = 0;
  const auto say = [&](llm::Role role, llm::Part part, std::size_t size) {
    state.messages.push_back({.role = role, .parts = {std::move(part)}});
    bytes += size;
  };
  auto map = map_of_repository();
  say(llm::Role::system, llm::Text{"You change code in a git repository."}, 36);
  const auto map_bytes = map.size();
  say(llm::Role::user, llm::Text{std::move(map)}, map_bytes);
  for (int round = 0; bytes < kConversation; ++round) {
    const auto call = fmt::format("call_{}", round);
    say(llm::Role::assistant,
        llm::ToolCall{.id = call, .name = "read_file", .arguments = fmt::format(R"({{"path":"package_0/module_{:03}.py"}})", round)}, 100);
    std::string result = fmt::format("loop {} round {}\n", loop, round) + source_of(round);
    result.resize(kToolResult, ' ');
    say(llm::Role::user, llm::ToolResult{.call = call, .text = std::move(result)}, kToolResult);
    ++state.rounds;
  }
  return state;
}

// Every step has saved its loop, and what is saved is kept elsewhere.
class ElsewhereKept final : public artifacts::ArtifactStore {
 public:
  Result<std::string> put(const artifacts::Put&, std::string_view bytes) override { return crypto::sha256_hex(bytes); }
  Result<std::string> get(const TaskId&, const std::string& sha256) override { return fail_user("artifact_not_found", sha256); }
  Result<std::optional<std::string>> newest(const StepRef& step, artifacts::Kind) override {
    return codegen::saved(conversation(step.ordinal), {});
  }
};

class Stoppable final : public testing::FakeStepContext {
 public:
  using FakeStepContext::FakeStepContext;
  std::stop_token stopping() const override { return source_.get_token(); }
  void stop() {
    cancel = true;
    source_.request_stop();
  }

 private:
  std::stop_source source_;
};

// Counts the streams that have begun to bring something.
class Watched final : public llm::Model {
 public:
  explicit Watched(llm::Model& model) : model_(model) {}
  void start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) override {
    options.on_delta = [this, begun = std::make_shared<bool>(false)](llm::Delta, std::string_view) {
      if (std::exchange(*begun, true)) return;
      const std::lock_guard lock(mutex_);
      ++open_;
      changed_.notify_all();
    };
    model_.start(std::move(request), std::move(options), std::move(done));
  }
  void await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_ >= count; });
  }

 private:
  llm::Model& model_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int open_ = 0;
};

struct Layer {
  explicit Layer(const std::string& url)
      : endpoint{.base_url = url, .model = "bench", .key = "sk-bench"},
        model({.endpoint = endpoint, .local = true}, client, gates.at(endpoint), system_clock()) {}

  http::StreamClient client;
  llm::Gates gates{system_clock(),
                   [this](std::chrono::milliseconds wait, std::function<void()> what) { client.after(wait, std::move(what)); }};
  llm::Endpoint endpoint;
  llm::HttpModel model;
};

struct Ends {
  std::mutex mutex;
  std::condition_variable changed;
  int stopped = 0, other = 0;
  void add(const Result<runtime::StepResult>& result) {
    const std::lock_guard lock(mutex);
    const bool as_meant = !result && result.error().code == "cancelled";
    if (!as_meant) fmt::print(stderr, "{}\n", result ? "a loop ended by itself" : to_string(result.error()));
    ++(as_meant ? stopped : other);
    changed.notify_all();
  }
};

Result<bool> measure() {
  const TempDir folder("bench-agents");
  const auto rules = (folder.path() / "rules.json").string();
  ARGOSY_TRY_VOID(write_file_atomic(rules, kEndless));
  const test::ModelServer vendor({"--rules", rules});
  const testing::GitFixture remote;
  tasks::AgentPayload payload{
      .base_commit = push_repository(remote), .node = {.id = "bench", .objective = "change it", .write_set = {}}, .criteria = {}};
  ARGOSY_TRY(const auto prompts, llm::Prompts::open());
  const auto spec = std::make_shared<const tasks::AgentSpec>(
      tasks::AgentSpec{.name = "coder", .role = "coder", .tools = {"read_file", "edit_file", "finish"}});

  Layer layer(vendor.url());
  Watched model(layer.model);
  ElsewhereKept kept;
  Ends ends;
  std::vector<std::shared_ptr<Stoppable>> contexts;
  codegen::Agents agents(
      {.options = {.work_dir = remote.work_dir(), .allow_file = true},
       .model = model,
       .prompts = prompts,
       .agent = [&](const runtime::Step&, std::string_view) -> Result<std::shared_ptr<const tasks::AgentSpec>> { return spec; },
       .index = [](const codegen::IndexPlace&, const code::SourceTree& tree) { return code::Index::build(tree); },
       .most = kLoops});
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
  const double idle_mb = status_mb("VmRSS");

  for (int i = 0; i < kLoops; ++i) {
    auto step = testing::make_step(remote.url(), {}, tasks::Queue::codegen, "agent");
    step.ref.ordinal = static_cast<std::int16_t>(i + 1);
    step.payload = tasks::to_json_text(payload);
    contexts.push_back(std::make_shared<Stoppable>(kept));
    agents.start(std::make_shared<const runtime::Step>(std::move(step)), contexts.back(),
                 [&ends](const Result<runtime::StepResult>& result) { ends.add(result); });
  }
  model.await(kLoops);
  const double now_mb = status_mb("VmRSS") - idle_mb, most_mb = status_mb("VmHWM") - idle_mb;
  for (const auto& context : contexts) context->stop();
  {
    std::unique_lock lock(ends.mutex);
    ends.changed.wait(lock, [&] { return ends.stopped + ends.other == kLoops; });
  }
  fmt::print("{} loops, a conversation of {} kB each, {} files: {:.0f} MB above the idle process's {:.0f} MB, {:.0f} MB at the highest\n",
             kLoops, kConversation / 1000, kFiles, now_mb, idle_mb, most_mb);
  fmt::print("agents: loops={} mb_per_loop={:.2f}\n", kLoops, most_mb / kLoops);
  return most_mb / kLoops <= kMaxMb && ends.other == 0;
}

}  // namespace
}  // namespace argosy::bench

int main() {
  const auto fine = argosy::bench::measure();
  if (!fine) fmt::print(stderr, "{}\n", to_string(fine.error()));
  return fine && *fine ? 0 : 1;
}
