// bench_feed: submits tasks in bulk, as ingest does after it has read them: store::submit in batches, then the announcement. Its last line
// on stdout is JSON: when it began, how many tasks it submitted, the CPU and the messages that took. SIGTERM ends it early.
//   bench_feed tasks=20000 shape=chain org=UUID fail_percent=10 per_second=200
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include <map>

#include <fmt/format.h>

#include "common/broker/producer.h"
#include "common/config/settings.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/runtime/connect.h"
#include "common/store/moves.h"
#include "tests/bench/load/task_shapes.h"

namespace argosy::bench {
namespace {

constexpr std::int64_t kBatch = 200;        // tasks of a call; with 1 kB a step that is ingest's megabyte
constexpr std::int64_t kPacedBatches = 20;  // a second, when it is told how fast to go
constexpr std::chrono::seconds kFlush{10};

volatile sig_atomic_t stop = 0;

struct Wanted {
  std::int64_t tasks = 0, per_second = 0;
  Order order;
};

std::optional<Wanted> read(int argc, char** argv) {
  Wanted wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    const auto equals = std::min(word.find('='), word.size());
    const auto name = word.substr(0, equals), value = word.substr(std::min(equals + 1, word.size()));
    const auto number = text::to_int(value).value_or(-1);
    const auto shape = shape_from(value);
    const auto org = OrgId::parse(value);
    if (name == "tasks" && number > 0) {
      wanted.tasks = number;
    } else if (name == "per_second" && number >= 0) {
      wanted.per_second = number;
    } else if (name == "fail_percent" && number >= 0) {
      wanted.order.fail_percent = static_cast<int>(number);
    } else if (name == "shape" && shape) {
      wanted.order.shape = *shape;
    } else if (name == "org" && org) {
      wanted.order.org = *org;
    } else {
      fmt::print(stderr, "bench_feed: what is {}?\n", word);
      return std::nullopt;
    }
  }
  return wanted.tasks > 0 ? std::optional(wanted) : std::nullopt;
}

// One batch: the rows, and then the news of them.
Result<void> submit(store::Database& db, broker::Producer& producer, const Order& order, std::int64_t count) {
  std::vector<store::NewTask> batch;
  for (std::int64_t i = 0; i < count; ++i) batch.push_back(make_task(order));
  ARGOSY_TRY(const auto submitted, store::submit(db, batch));
  std::vector<tasks::ReadyStep> ready;
  std::vector<tasks::Event> events;
  for (const auto& one : submitted) {
    if (one.kind != store::Submitted::Kind::created) return fail_code("bench_not_created", "a task was not created");
    ready.insert(ready.end(), one.ready.begin(), one.ready.end());
    events.insert(events.end(), one.events.begin(), one.events.end());
  }
  producer.announce(ready);
  producer.publish(events, "/argosy/ingest");
  return {};
}

Result<std::int64_t> feed(store::Database& db, broker::Producer& producer, const Wanted& wanted) {
  const auto size_of_batch = wanted.per_second > 0 ? std::max<std::int64_t>(1, wanted.per_second / kPacedBatches) : kBatch;
  const auto began = system_clock().boot_time();
  std::int64_t done = 0;
  while (done < wanted.tasks && stop == 0) {
    const auto count = std::min(size_of_batch, wanted.tasks - done);
    ARGOSY_TRY_VOID(submit(db, producer, wanted.order, count));
    done += count;
    if (wanted.per_second == 0) continue;
    const auto due = began + std::chrono::nanoseconds(done * 1'000'000'000 / wanted.per_second);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due - system_clock().boot_time()).count();
    if (left > 0) ::poll(nullptr, 0, static_cast<int>(left));
  }
  return done;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int run(const Wanted& wanted, const config::Settings& settings) {
  store::Database db(runtime::database_options(settings, "bench-feed", 1));
  const auto producer = broker::Producer::create(runtime::kafka_options(settings, "bench-feed"));
  if (!producer) {
    fmt::print(stderr, "bench_feed: {}\n", to_string(producer.error()));
    return 1;
  }
  if (const auto problem = db.problem()) fmt::print(stderr, "bench_feed: {}\n", *problem);
  const auto began = system_clock().unix_ms();
  const auto done = feed(db, **producer, wanted);
  const auto ended = system_clock().unix_ms();
  (*producer)->flush(kFlush);
  if (!done) {
    fmt::print(stderr, "bench_feed: {}\n", to_string(done.error()));
    return 1;
  }
  const auto messages = (*producer)->counts();
  fmt::print("{}\n", json::dump(json::Object{{"began_ms", began},
                                             {"ended_ms", ended},
                                             {"tasks", *done},
                                             {"cpu_s", cpu_seconds()},
                                             {"messages", static_cast<std::int64_t>(messages.sent)},
                                             {"dropped", static_cast<std::int64_t>(messages.dropped)}}));
  return 0;
}

}  // namespace
}  // namespace argosy::bench

int main(int argc, char** argv) {
  const auto wanted = argosy::bench::read(argc, argv);
  if (!wanted) return 2;
  ::signal(SIGTERM, [](int) { argosy::bench::stop = 1; });
  return argosy::bench::run(*wanted, argosy::config::load_or_exit(1, argv, "bench_feed", "Submits tasks in bulk."));
}
