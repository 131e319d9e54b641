#include "tests/chaos/matrix/faults/fault.h"
#include "tests/support/database.h"

namespace argosy::chaos {
namespace {

constexpr std::chrono::milliseconds kAway{1'500};  // beside the time that a start takes
constexpr std::chrono::milliseconds kFrozen{3'000};

void cut_connections(test::OwnPostgres& postgres) {
  testing::SqlSession sql(postgres.url());
  sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
}

std::vector<Fault> postgres_faults(test::OwnPostgres& postgres, const Gate& end, Chronicle& chronicle) {
  return {{"Postgres restarted, fast",
           [&](Random&) {
             postgres.stop();
             postgres.start();
             return Fault::Hit{"postgres"};
           }},
          {"Postgres restarted, immediate",
           [&](Random&) {
             postgres.stop_immediately();
             chronicle.postgres_crashed(boot_now());
             postgres.start();
             return Fault::Hit{"postgres"};
           }},
          {"Postgres connections terminated",
           [&](Random&) {
             cut_connections(postgres);
             return Fault::Hit{"postgres"};
           }},
          {"Postgres frozen", [&](Random&) {
             postgres.freeze();
             end.wait_for(kFrozen);
             postgres.thaw();
             return Fault::Hit{"postgres"};
           }}};
}

}  // namespace

std::vector<Fault> service_faults(Stage& stage, const Gate& end, Chronicle& chronicle) {
  auto faults = postgres_faults(stage.postgres(), end, chronicle);
  auto& kafka = stage.kafka();
  faults.push_back({"Kafka stopped and started", [&](Random&) {
                      kafka.stop();
                      end.wait_for(kAway);
                      kafka.start();
                      return Fault::Hit{"kafka"};
                    }});
  faults.push_back({"Kafka killed and started", [&](Random&) {
                      kafka.kill9();
                      end.wait_for(kAway);
                      kafka.start();
                      return Fault::Hit{"kafka"};
                    }});
  faults.push_back({"Kafka topics deleted", [&](Random&) {
                      kafka.delete_all_topics();
                      return Fault::Hit{"kafka"};
                    }});
  return faults;
}

}  // namespace argosy::chaos
