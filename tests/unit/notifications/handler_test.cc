// Deliveries to a real receiver: what arrives, who can check it, and what each answer leads to.
#include "workers/notifications/notifications_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "common/core/crypto.h"
#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "common/http/server.h"

namespace argosy::notifications {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// A receiver that answers what the test wants and keeps what came.
class Receiver {
 public:
  Receiver() : server_({}) {
    server_.route("POST", "/hook/{secret}", [this](http::Request request, http::Respond respond) {
      http::Response answer;
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(std::move(request));
        answer = answer_;
      }
      if (answer.status != 0)
        respond(std::move(answer));
      else
        held_ = std::move(respond);  // never answers
    });
    const auto started = server_.start();
    EXPECT_TRUE(started);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook/path-password"; }
  void answer(http::Response response) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(response);
  }
  std::vector<http::Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<http::Request> requests_;
  http::Response answer_{.status = 204, .headers = {}, .body = {}};
  http::Respond held_;
  http::Server server_;
};

class FixedClock final : public Clock {
 public:
  UnixMillis unix_ms() const override { return now; }
  std::chrono::nanoseconds boot_time() const override { return std::chrono::milliseconds(now); }
  UnixMillis now = 1'795'285'554'150;
};

class Context final : public runtime::StepContext {
 public:
  void emit(tasks::NewEvent event) override { events.push_back(std::move(event)); }
  void log(std::string_view text) override { logged += text; }
  bool cancelled() const override { return false; }
  artifacts::ArtifactStore& artifacts() override { return *store_; }
  const Clock& clock() const override { return time; }
  FixedClock time;
  std::vector<tasks::NewEvent> events;
  std::string logged;

 private:
  std::unique_ptr<artifacts::ArtifactStore> store_ = artifacts::create_artifact_store({}, {});
};

class Notifications : public ::testing::Test {
 protected:
  Notifications() {
    summary_ = {.id = step_.ref.task,
                .status = tasks::TaskState::succeeded,
                .repository_id = "gh_org/repo",
                .branch = "argosy/20261121-rename",
                .commit = "0123456789abcdef0123456789abcdef01234567",
                .tests = tasks::TestCounts{.passed = 42, .failed = 0, .skipped = 1, .duration_ms = 900},
                .error = std::nullopt,
                .ended_at = 1'795'285'000'000};
    step_.ref.ordinal = 1;
    step_.task.webhooks = {receiver_.url()};
    step_.payload = tasks::to_json_text(tasks::NotifyPayload{.target = 0, .delivery_id = "msg_2b5c"});
    options_ = {.secret = std::string(kSecret),
                .allow_loopback = true,
                .timeout = std::chrono::seconds(20),
                .look_up = [this](const OrgId&, const TaskId&) -> Result<std::optional<TaskSummary>> { return summary_; },
                .record = [this](const Delivery& delivery) -> Result<void> {
                  deliveries_.push_back(delivery);
                  return {};
                }};
  }

  Result<runtime::StepResult> deliver() { return NotificationsHandler(options_).run(step_, context_); }

  std::string code_for(int status, http::Headers headers = {}) {
    receiver_.answer({.status = status, .headers = std::move(headers), .body = "no"});
    last_ = deliver();
    return last_ ? "delivered" : std::string(1, letter(last_.error().category)) + " " + last_.error().code;
  }

  Receiver receiver_;
  Context context_;
  runtime::Step step_;
  std::optional<TaskSummary> summary_;
  NotificationsOptions options_;
  std::vector<Delivery> deliveries_;
  Result<runtime::StepResult> last_;
};

// The same signature, made by a program that knows nothing of ours.
std::string signature_by_python(const http::Request& request) {
  const std::string script = R"(
import base64, hashlib, hmac, sys
key = base64.b64decode(sys.argv[1])
body = sys.stdin.buffer.read()
print('v1,' + base64.b64encode(hmac.new(key, (sys.argv[2] + '.' + sys.argv[3] + '.').encode() + body, hashlib.sha256).digest()).decode()))";
  const auto done = argosy::run({.argv = {"/usr/bin/python3", "-c", script, std::string(kSecret.substr(6)), request.header("webhook-id"),
                                          request.header("webhook-timestamp")},
                                 .input = request.body});
  return done ? std::string(text::trim(done->out)) : to_string(done.error());
}

TEST_F(Notifications, ArriveSignedSoThatTheReceiverCanCheckThem) {
  ASSERT_TRUE(deliver());
  ASSERT_EQ(receiver_.requests().size(), 1u);
  const auto request = receiver_.requests().front();
  EXPECT_EQ(request.header("webhook-id"), "msg_2b5c");
  EXPECT_EQ(request.header("webhook-timestamp"), "1795285554");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("webhook-signature"), signature_by_python(request));
  const auto body = json::parse(request.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->string_or("type", ""), "task.succeeded");
  EXPECT_EQ(body->string_or("timestamp", ""), rfc3339(1'795'285'000'000));
  const auto& data = *body->find("data");
  EXPECT_EQ(data.string_or("branch", ""), "argosy/20261121-rename");
  EXPECT_EQ(data.find("tests")->int_or("passed", 0), 42);
  EXPECT_TRUE(data.find("error")->is_null());
}

TEST_F(Notifications, AreTheSameMessageOnEveryAttempt) {
  ASSERT_EQ(code_for(503), "A webhook_unavailable");
  context_.time.now += 60'000;
  step_.attempt = 2;
  ASSERT_EQ(code_for(200), "delivered");
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].header("webhook-id"), requests[1].header("webhook-id"));
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_NE(requests[0].header("webhook-timestamp"), requests[1].header("webhook-timestamp"));
  EXPECT_NE(requests[0].header("webhook-signature"), requests[1].header("webhook-signature"));
  ASSERT_EQ(deliveries_.size(), 2u);
  EXPECT_EQ(deliveries_[0].status, 503);
  EXPECT_NE(deliveries_[0].error, "");
  EXPECT_EQ(deliveries_[1].status, 200);
  EXPECT_EQ(deliveries_[1].error, "");
  EXPECT_EQ(deliveries_[1].attempt, 2);
}

TEST_F(Notifications, TellWhyATaskFailed) {
  summary_->status = tasks::TaskState::failed;
  summary_->branch = summary_->commit = "";
  summary_->tests.reset();
  summary_->error = fail_code("tests_failed", "1 test fails", "look at the log").error();
  ASSERT_TRUE(deliver());
  const auto body = json::parse(receiver_.requests().front().body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->string_or("type", ""), "task.failed");
  EXPECT_TRUE(body->find("data")->find("branch")->is_null());
  EXPECT_EQ(body->find("data")->find("error")->string_or("category", ""), "C");
  EXPECT_EQ(body->find("data")->find("error")->string_or("code", ""), "tests_failed");
}

TEST_F(Notifications, EachAnswerHasItsConsequence) {
  EXPECT_EQ(code_for(200), "delivered");
  EXPECT_EQ(code_for(202), "delivered");
  EXPECT_EQ(code_for(301, {{"location", receiver_.url()}}), "B webhook_redirected");
  EXPECT_EQ(code_for(400), "B webhook_refused");
  EXPECT_EQ(code_for(401), "B webhook_refused");
  EXPECT_EQ(code_for(404), "B webhook_refused");
  EXPECT_EQ(code_for(410), "B webhook_gone");
  EXPECT_EQ(code_for(429), "A webhook_unavailable");
  EXPECT_EQ(code_for(500), "A webhook_unavailable");
  EXPECT_EQ(receiver_.requests().size(), 9u) << "a redirect was followed";
}

TEST_F(Notifications, WaitAsLongAsTheReceiverAsks) {
  const auto wait = [&](const std::string& header) {
    EXPECT_EQ(code_for(429, {{"retry-after", header}}), "A webhook_unavailable");
    return last_.error().retry_after.value_or(std::chrono::milliseconds(-1)).count();
  };
  EXPECT_EQ(wait("120"), 120'000);
  EXPECT_EQ(wait("99999999999"), 3'600'000) << "an hour is the most";
  EXPECT_EQ(wait("-5"), -1);
  EXPECT_EQ(wait("soon"), -1);
  context_.time.now = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(wait("Sun, 06 Nov 1994 08:50:07 GMT"), 30'000);
  EXPECT_EQ(wait("Sun, 06 Nov 1994 08:49:07 GMT"), -1);
}

TEST_F(Notifications, AReceiverThatIsAwayOrSilentIsTriedAgain) {
  receiver_.answer({.status = 0, .headers = {}, .body = {}});
  options_.timeout = std::chrono::milliseconds(200);
  auto silent = deliver();
  ASSERT_FALSE(silent);
  EXPECT_EQ(letter(silent.error().category), 'A') << to_string(silent.error());
  step_.task.webhooks = {"http://127.0.0.1:1/hook"};
  auto away = deliver();
  ASSERT_FALSE(away);
  EXPECT_EQ(letter(away.error().category), 'A') << to_string(away.error());
  EXPECT_EQ(deliveries_.size(), 2u);
  EXPECT_EQ(deliveries_.back().status, 0);
}

TEST_F(Notifications, GoNowhereButToPublicAddresses) {
  for (const char* url : {"http://169.254.169.254/latest/meta-data", "https://10.0.0.1/hook", "https://[::ffff:192.168.0.1]/hook",
                          "http://example.org/hook", "ftp://example.org/hook", "https://user:password@example.org/hook"}) {
    step_.task.webhooks = {url};
    const auto done = deliver();
    ASSERT_FALSE(done) << url;
    EXPECT_EQ(letter(done.error().category), 'B') << url << ": " << to_string(done.error());
  }
  step_.task.webhooks = {receiver_.url()};
  options_.allow_loopback = false;
  EXPECT_FALSE(deliver());
  EXPECT_TRUE(receiver_.requests().empty());
}

TEST_F(Notifications, AreNeverSentUnsigned) {
  options_.secret.clear();
  EXPECT_EQ(NotificationsHandler(options_).problem(), std::nullopt) << "without webhooks nobody needs a secret";
  const auto done = deliver();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "webhook_secret_missing");
  EXPECT_EQ(letter(done.error().category), 'B');
  EXPECT_TRUE(receiver_.requests().empty());
  for (const char* bad : {"whsec_", "whsec_not base64!", "whsec_c2hvcnQ=", "short"}) {
    options_.secret = bad;
    EXPECT_THAT(NotificationsHandler(options_).problem().value_or(""), HasSubstr("24 to 64 bytes")) << bad;
  }
}

TEST_F(Notifications, NeitherLogsNorEventsShowTheUrlsPathOrTheSecret) {
  ASSERT_TRUE(deliver());
  receiver_.answer({.status = 500, .headers = {}, .body = "x"});
  ASSERT_FALSE(deliver());
  std::string shown = context_.logged + deliveries_.back().error;
  for (const auto& event : context_.events) shown += event.data;
  EXPECT_THAT(shown, HasSubstr("127.0.0.1"));
  EXPECT_THAT(shown, Not(HasSubstr("path-password")));
  EXPECT_THAT(shown, Not(HasSubstr(std::string(kSecret.substr(6)))));
}

TEST_F(Notifications, ALostNoteDoesNotSendTheMessageAgain) {
  options_.record = [](const Delivery&) -> Result<void> { return fail_transient("database_unavailable", "gone"); };
  EXPECT_TRUE(deliver());
}

TEST_F(Notifications, WaitForATaskThatHasNotEndedAndMissOneThatIsGone) {
  summary_->status = tasks::TaskState::running;
  EXPECT_EQ(deliver().error().code, "task_not_ended");
  summary_.reset();
  EXPECT_EQ(deliver().error().code, "task_not_found");
  summary_ = TaskSummary{};
  step_.payload = tasks::to_json_text(tasks::NotifyPayload{.target = 7, .delivery_id = "x"});
  EXPECT_EQ(deliver().error().code, "webhook_unknown");
  EXPECT_TRUE(receiver_.requests().empty());
}

}  // namespace
}  // namespace argosy::notifications
