// Everything that takes part in a measurement: Postgres, a broker, and the product's processes over them, the five workers with the
// handler that does nothing. It starts and stops them and adds up what they used. What cannot be started throws std::runtime_error. One
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/core/json.h"
#include "tests/bench/world/broker.h"
#include "tests/bench/world/postgres.h"
#include "tests/support/database.h"
#include "tests/support/interrupt.h"
#include "tests/support/process.h"

namespace argosy::bench {

struct WorldOptions {
  BrokerKind broker = BrokerKind::kafka;
  int slots = 512;  // of each worker
  bool profile = false;
};

// What was used so far, to be subtracted from what was used later.
struct Usage {
  std::map<std::string, double> cpu_s{};  // by part: workers, postgres, broker, ingest, scheduler, submit
  double wal_bytes = 0, statements = 0;
};

class World {
 public:
  explicit World(const WorldOptions& options);  // with scheduler and ingest; no workers yet
  ~World();

  void start_workers();  // the five
  void stop_workers();
  // One more, under a name of its own ("codegen-2").
  void start_worker(const std::string& name, std::string_view queue, const test::Environment& more = {});
  void stop(const std::string& name);
  void kill9(const std::string& name);
  test::Process& process(const std::string& name) { return processes_.at(name); }

  // A feed or a client of load/; its CPU counts as "submit". finish_load waits for its end and returns its report.
  std::unique_ptr<test::Process> start_load(const std::string& program, const std::vector<std::string>& arguments);
  json::Value finish_load(test::Process& load, std::chrono::milliseconds patience = std::chrono::minutes(10));

  Usage usage();
  // Messages to Kafka so far. Takes some seconds, because processes tell them now and then only; what the last call found costs nothing.
  double count_messages();
  double counted_messages() const { return counted_messages_; }
  // What the workers had finished so far, accepted ones only; of those that run.
  double finished_steps() const;
  // By part, in MB: the most so far. Looked at now and then by whoever waits.
  void look_at_memory();
  const std::map<std::string, double>& peak_memory_mb() const { return peak_mb_; }
  // Waits until nothing works any more, then lets Postgres clean up behind the run: its cost belongs to it.
  void settle();

  testing::SqlSession& sql() { return *sql_; }
  std::uint16_t api_port() const { return api_port_; }
  BrokerKind broker() const { return broker_.kind(); }
  const WorldOptions& options() const { return options_; }
  const std::map<std::string, test::Process>& processes() const { return processes_; }
  pid_t postgres_pid() const { return postgres_.pid(); }
  pid_t broker_pid() const { return broker_.pid(); }
  std::string log_tails() const;

 private:
  void start(const std::string& name, test::ProcessOptions options, std::uint16_t health_port);
  void retire(const std::string& name);
  test::Environment environment() const;

  WorldOptions options_;
  TempDir folder_;
  Postgres postgres_;
  Broker broker_;
  std::uint16_t api_port_;
  std::unique_ptr<testing::SqlSession> sql_;
  std::map<std::string, test::Process> processes_;
  std::map<std::string, double> ended_cpu_s_, peak_mb_;  // by part
  double ended_messages_ = 0, counted_messages_ = 0;
  int loads_ = 0;
};

}  // namespace argosy::bench
