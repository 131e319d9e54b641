#include "tests/drain/feed.h"

#include <stdexcept>

#include "common/core/clock.h"
#include "common/store/moves.h"
#include "common/store/queries.h"
#include "common/tasks/payloads.h"
#include "tests/support/database.h"

namespace argosy::drain {
namespace {

constexpr auto kRepository = "drain/patience";
constexpr auto kUrl = "https://git.example/drain/patience.git";
constexpr std::chrono::milliseconds kLookEvery{50};

store::NewTask task_of(const chaos::Order& order) {
  const auto now = system_clock().unix_ms();
  store::NewTask task;
  task.id = TaskId{Uuid::v7(now)};
  task.org = kDefaultOrg;
  task.repository_id = kRepository;
  task.kind = "edit_file";
  tasks::TaskContext context;
  context.org_id = kDefaultOrg.to_string();
  context.repository_id = kRepository;
  context.url = kUrl;
  context.default_branch = "main";
  context.prompt = chaos::prompt_of(order);
  context.branch = "argosy/drain-" + task.id.to_string();
  context.commit_time_ms = now;
  context.user = "drain";
  task.context = tasks::to_json_text(context);
  task.request = R"({"repository_id":"drain/patience","prompt":"take your time"})";
  task.traceparent = "00-" + task.id.to_string().substr(24) + "0000000000000000000f-00000000000000aa-01";
  task.created_by = "drain";
  tasks::NewStep step;
  step.queue = tasks::Queue::codegen;
  step.kind = "patience";
  step.title = "a step that takes its time";
  step.payload = "{}";
  task.steps = {std::move(step)};
  return task;
}

}  // namespace

Feed::Feed(const std::string& postgres_url, const std::string& kafka_brokers)
    : db_({.url = postgres_url, .connections = 1, .application_name = "drain-feed"}), url_(postgres_url) {
  auto producer = broker::Producer::create({.brokers = kafka_brokers, .client_id = "drain-feed"});
  if (!producer) throw std::runtime_error(to_string(producer.error()));
  producer_ = std::move(*producer);
  const auto known = store::put_repository(db_, {.org = kDefaultOrg, .id = kRepository, .url = kUrl});
  if (!known) throw std::runtime_error(to_string(known.error()));
  thread_ = std::thread([this] { loop(); });
}

std::size_t Feed::ended() const {
  const std::lock_guard lock(mutex_);
  if (!trouble_.empty()) throw std::runtime_error("the feed: " + trouble_);
  return ended_;
}

void Feed::stop() {
  stopping_.open();
  if (thread_.joinable()) thread_.join();
}

std::vector<chaos::Request> Feed::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void Feed::loop() {
  try {
    testing::SqlSession sql(url_);
    do {
      const auto open = std::stoull(sql.value("SELECT count(*) FROM task WHERE settled_at IS NULL"));
      const auto submitted = requests().size();
      ended_ = submitted - open;
      if (open >= level_) continue;
      if (const auto done = submit(level_ - open); !done) throw std::runtime_error(to_string(done.error()));
    } while (!stopping_.wait_for(kLookEvery));
  } catch (const std::exception& e) {
    const std::lock_guard lock(mutex_);
    trouble_ = e.what();
  }
}

Result<void> Feed::submit(std::size_t count) {
  std::vector<chaos::Request> made;
  std::vector<store::NewTask> batch;
  const auto first = static_cast<std::int64_t>(requests().size());
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back({.order = {.number = first + static_cast<std::int64_t>(i)}, .told = chaos::Request::Told::accepted});
    batch.push_back(task_of(made.back().order));
    made.back().tasks.insert(batch.back().id.to_string());
  }
  ARGOSY_TRY(const auto submitted, store::submit(db_, batch));
  std::vector<tasks::ReadyStep> ready;
  for (const auto& one : submitted) ready.insert(ready.end(), one.ready.begin(), one.ready.end());
  producer_->announce(ready);
  const std::lock_guard lock(mutex_);
  requests_.insert(requests_.end(), made.begin(), made.end());
  return {};
}

}  // namespace argosy::drain
