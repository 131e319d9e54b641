#include "tests/integration/ingest/api.h"

#include <cstdlib>
#include <fstream>
#include <mutex>

#include "common/broker/admin.h"
#include "common/core/subprocess.h"
#include "tests/support/eventually.h"

namespace argosy::ingest {
namespace {

// Makes the topics before all tests. Checks the record when all have run; operations that nobody drove count only when nothing was
// filtered out.
class Surroundings : public ::testing::Environment {
 public:
  static Surroundings& instance() {
    static auto* made = static_cast<Surroundings*>(::testing::AddGlobalTestEnvironment(new Surroundings));
    return *made;
  }

  void record(const std::string& line) {
    std::lock_guard lock(mutex_);
    std::ofstream(file(), std::ios::app) << line << "\n";
  }

  // As the scheduler would have: a producer waits a while for topics that are not there yet, at every start of the process.
  void SetUp() override {
    const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
    ASSERT_NE(brokers, nullptr) << "run this under tests/with-services";
    const auto made = broker::ensure_topics({.brokers = brokers, .client_id = "ingest-test"}, {}, testing::kPatience);
    ASSERT_TRUE(made) << to_string(made.error());
  }

  void TearDown() override {
    const std::string here = std::string(ARGOSY_SOURCE_DIR) + "/tests/integration/ingest/check_answers.py";
    Command check{.argv = {"/usr/bin/python3", "-W", "ignore::DeprecationWarning", here,
                           std::string(ARGOSY_SOURCE_DIR) + "/schemas/openapi.yaml", file()},
                  .env = minimal_env()};
    if (::testing::GTEST_FLAG(filter) == "*") check.argv.emplace_back("--all");
    const auto done = run(check);
    ASSERT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(done->exit_code, 0) << done->out << done->err;
  }

 private:
  std::string file() const { return (folder_.path() / "answers.jsonl").string(); }

  TempDir folder_;
  std::mutex mutex_;
};
// Registered before main, so that it is torn down after the last test.
[[maybe_unused]] Surroundings& kRegistered = Surroundings::instance();

}  // namespace

void record(const std::string& method, const std::string& target, const std::string& request, const Answer& answer) {
  Surroundings::instance().record(json::dump(json::Object{{"method", method},
                                                          {"target", target},
                                                          {"status", answer.status},
                                                          {"content_type", answer.header("Content-Type")},
                                                          {"body", answer.body.is_null() ? std::string() : answer.text},
                                                          {"request", answer.status < 300 ? request : std::string()}}));
}

void Api::start(test::Environment environment) {
  environment.insert({{"ARGOSY_POSTGRES_URL", database_.url()},
                      {"ARGOSY_KAFKA_BROKERS", std::getenv("ARGOSY_TEST_KAFKA_BROKERS")},
                      {"ARGOSY_API_PORT", "0"},
                      {"ARGOSY_LOG_FORMAT", "json"},
                      {"ARGOSY_ALLOW_FILE_URLS", "true"},
                      {"ARGOSY_ALLOW_HTTP_WEBHOOKS", "true"}});
  const auto log = folder_.path() / ("ingest-" + std::to_string(++starts_) + ".log");
  process_.emplace(test::ProcessOptions{.program = "argosy-ingest", .environment = environment, .log = log});
  ASSERT_TRUE(process_->wait_log("\"message\":\"listening\"")) << process_->log();
  const std::string text = process_->log();
  const auto at = text.rfind("\"port\":\"");
  ASSERT_NE(at, std::string::npos) << text;
  port_ = static_cast<std::uint16_t>(std::stoi(text.substr(at + 8)));
  ASSERT_TRUE(testing::eventually([&] { return get("/readyz").status == 200; })) << get("/readyz").text << process_->log();
}

void Api::stop() {
  EXPECT_EQ(process_->terminate(), 0) << process_->log();
  process_.reset();
}

store::Database& Api::db() {
  if (!db_) db_ = database_.open();
  return *db_;
}

Answer Api::call(const std::string& method, const std::string& target, const std::string& body, http::Headers headers) {
  if (!body.empty()) headers.emplace("Content-Type", "application/json");
  if (!token_.empty()) headers.emplace("Authorization", "Bearer " + token_);
  auto response = http::fetch(
      {.method = method, .url = "http://127.0.0.1:" + std::to_string(port_) + target, .headers = std::move(headers), .body = body});
  if (!response) {
    ADD_FAILURE() << method << " " << target << ": " << to_string(response.error()) << "\n" << process_->log();
    return {};
  }
  Answer answer{.status = response->status, .headers = std::move(response->headers), .text = std::move(response->body), .body = {}};
  if (answer.header("Content-Type").contains("json")) {
    auto parsed = json::parse(answer.text);
    EXPECT_TRUE(parsed) << answer.text;
    if (parsed) answer.body = std::move(*parsed);
  }
  record(method, target, body, answer);
  return answer;
}

void Api::add_repository() {
  const auto answer =
      post("/api/v1/repositories", json::Object{{"repository_id", kRepository}, {"url", "https://git.example.com/org/library.git"}});
  ASSERT_EQ(answer.status, 201) << answer.text;
}

json::Object Api::task_body(json::Object more) {
  json::Object body{{"repository_id", kRepository}, {"change", json::Array{json::Object{{"op", "delete_file"}, {"path", "old.txt"}}}}};
  for (const auto& [key, value] : more) body[key] = value;
  return body;
}

std::string Api::submit(json::Object more, http::Headers headers) {
  const auto answer = post("/api/v1/tasks", task_body(std::move(more)), std::move(headers));
  EXPECT_EQ(answer.status, 202) << answer.text;
  return answer.body.string_or("task_id", "");
}

}  // namespace argosy::ingest
