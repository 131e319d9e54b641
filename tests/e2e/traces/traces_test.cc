// A whole fleet over a real Kafka and Postgres that tells a collector what it does: a task is one trace, from the request to the webhook,
// without holes, in the words of the semantic conventions.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "tests/e2e/traces/spans.h"
#include "tests/support/fleet/own_fleet.h"
#include "tests/support/fleet/webhook_receiver.h"
#include "tests/support/git_fixture.h"
#include "tests/support/traces/collector.h"

namespace argosy::test {
namespace {

using ::testing::Contains;
using testing::eventually;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr auto kRepository = "e2e/traces";
constexpr auto kWebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr auto kRunOfTests = "grep -rq --include=made.txt new .";

// What the models say to a task in words: it is one node, which an agent makes in two rounds.
constexpr auto kScript = R"(
rules:
  - when: {role: planner, kind: intent}
    answer: |
      {"kind":"feature","complexity":"normal","title":"Make it","questions":[],"avoid_files":[],"follow":[],"max_files_changed":0,
       "criteria":[{"text":"it is made","check":"tests"}]}
  - when: {role: planner, kind: plan}
    answer: |
      {"summary":"Make it","cannot":"","nodes":[{"id":"made","agent":"coder","objective":"make it","write_set":["words/made.txt"],
       "depends_on":[],"done_when":["c1"],"budget_share":0.5}]}
  - when: {role: coder, turn: 1}
    answer: {tool_calls: [{name: create_file, arguments: {path: words/made.txt, content: "new\n"}}]}
  - when: {role: coder, turn: 2}
    answer: {tool_calls: [{name: finish, arguments: {summary: made, criteria: [{id: c1, how: it is there}]}}]}
)";
constexpr auto kPrompt = "please make what nobody has made";

class Traces : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    collector_ = std::make_unique<Collector>();
    receiver_ = std::make_unique<WebhookReceiver>();
    git_ = std::make_unique<testing::GitFixture>();
    git_->push_files({{"README.md", "old\n"}});
    scripts_ = std::make_unique<TempDir>("scripts");
    ASSERT_TRUE(write_file_atomic(scripts_->path() / "script.yaml", kScript));
    own_ =
        std::make_unique<OwnFleet>(Environment{{"ARGOSY_OTLP_ENDPOINT", collector_->url()},
                                               {"ARGOSY_OTLP_HEADERS", "x-collector-key=sesame-sesame"},
                                               {"ARGOSY_ENVIRONMENT", "tests"},
                                               {"ARGOSY_SENTRY_DSN", fmt::format("http://sesame0123@127.0.0.1:{}/7", collector_->port())},
                                               {"ARGOSY_WEBHOOK_SECRET", kWebhookSecret},
                                               {"ARGOSY_MODEL", "script:" + (scripts_->path() / "script.yaml").string()},
                                               {"ARGOSY_FAST_RETRIES", "0"},
                                               {"ARGOSY_MAX_ATTEMPTS", "1"}});
    own_->fleet().add_repository(kRepository, git_->url(), kRunOfTests);
  }
  static void TearDownTestSuite() {
    own_.reset();
    scripts_.reset();
    git_.reset();
    receiver_.reset();
    collector_.reset();
  }
  static Fleet& fleet() { return own_->fleet(); }

  static json::Object body(const std::string& path) {
    return {{"repository_id", kRepository},
            {"prompt", "add " + path},
            {"max_fix_rounds", 0},
            {"change", json::Array{json::Object{{"op", "create_file"}, {"path", path}, {"content", "new\n"}}}},
            {"notify", json::Array{json::Object{{"webhook", receiver_->url()}}}}};
  }
  // The task's id, submitted as a client does that traces: its traceparent decides.
  static std::string submit_as(const std::string& path, const std::string& traceparent) {
    const auto answer = fleet().request("POST", "/api/v1/tasks", body(path), {{"traceparent", traceparent}, {"Idempotency-Key", path}});
    if (!answer || answer->status != 202) throw std::runtime_error("not accepted");
    return json::parse(answer->body)->string_or("task_id", "");
  }

  // A process that found the collector away asks again after as long as half a minute.
  static constexpr std::chrono::seconds kWholePatience{180};

  // Spans of the trace that the task is in, once its webhook's step is over: nothing follows it.
  static json::Array whole_trace(const std::string& task) {
    json::Array trace;
    const bool whole = eventually(
        [&] {
          const auto all = collector_->spans();
          const auto any = std::ranges::find_if(all, [&](const auto& span) { return text_of(span, "argosy.task.id") == task; });
          if (any == all.end()) return false;
          trace.clear();
          std::ranges::copy_if(all, std::back_inserter(trace),
                               [&](const auto& span) { return span.string_or("trace_id", "") == any->string_or("trace_id", ""); });
          return std::ranges::any_of(trace,
                                     [](const auto& span) {
                                       return span.string_or("kind", "") == "consumer" && text_of(span, "argosy.step.kind") == "notify";
                                     }) &&
                 orphans(trace).empty();
        },
        kWholePatience);
    EXPECT_TRUE(whole) << shown(trace);
    return trace;
  }

  static inline std::unique_ptr<Collector> collector_;
  static inline std::unique_ptr<WebhookReceiver> receiver_;
  static inline std::unique_ptr<testing::GitFixture> git_;
  static inline std::unique_ptr<TempDir> scripts_;
  static inline std::unique_ptr<OwnFleet> own_;
};

TEST_F(Traces, ATaskIsOneTraceFromTheRequestToTheWebhook) {
  const auto id = fleet().submit(body("made.txt"), "made");
  ASSERT_EQ(fleet().wait_terminal(id).string_or("status", ""), "succeeded");
  const auto trace = whole_trace(id);
  SCOPED_TRACE(shown(trace));

  std::vector<std::string> roots;
  std::set<std::string> services, names;
  for (const auto& span : trace) {
    if (span.string_or("parent", "").empty()) roots.push_back(span.string_or("name", ""));
    services.insert(span.string_or("service", ""));
    names.insert(span.string_or("name", ""));
    EXPECT_EQ(span.string_or("status", ""), "unset") << span.string_or("name", "");
    EXPECT_EQ(span.string_or("key", ""), "sesame-sesame") << "the header of the secret goes along";
    EXPECT_EQ(span.find("resource")->string_or("deployment.environment.name", ""), "tests");
    EXPECT_LE(span.int_or("start", 0), span.int_or("end", -1)) << span.string_or("name", "");
    for (const auto& key : required_of(span.string_or("name", ""), span.string_or("kind", "")))
      EXPECT_FALSE(attribute(span, key).is_null()) << span.string_or("name", "") << " has no " << key;
  }
  EXPECT_EQ(roots, std::vector<std::string>{"POST /api/v1/tasks"});
  EXPECT_THAT(services,
              IsSupersetOf({"argosy-ingest", "argosy-planning", "argosy-codegen", "argosy-testing", "argosy-git", "argosy-notifications"}));
  EXPECT_THAT(names, IsSupersetOf({"submit", "claim", "finish", "run plan", "run change", "run test", "run push", "run notify",
                                   "sandbox run", "git push", "POST"}));
  EXPECT_THAT(collector_->refused(), IsEmpty()) << "all of it is as the official definitions have it";

  // What was done hangs below the run that did it, and the webhook's receiver can go on with it.
  EXPECT_EQ(one(trace, "git push").string_or("parent", ""), one(trace, "run push").string_or("span_id", ""));
  EXPECT_EQ(one(trace, "sandbox run").string_or("parent", ""), one(trace, "run test").string_or("span_id", ""));
  const auto delivery = one(trace, "POST");
  EXPECT_EQ(delivery.string_or("parent", ""), one(trace, "run notify").string_or("span_id", ""));
  EXPECT_EQ(receiver_->traceparent_of(id),
            fmt::format("00-{}-{}-01", delivery.string_or("trace_id", ""), delivery.string_or("span_id", "")));
  EXPECT_THAT(text_of(delivery, "url.full"), ::testing::EndsWith("/REDACTED")) << "a webhook's path may be its password";
}

TEST_F(Traces, WhoProcessesADispatchIsLinkedToWhoSentIt) {
  const auto id = fleet().submit(body("linked/made.txt"), "linked");
  fleet().wait_terminal(id);
  const auto trace = whole_trace(id);
  SCOPED_TRACE(shown(trace));
  std::set<std::string> senders;
  for (const auto& span : trace)
    if (span.string_or("kind", "") == "producer") senders.insert(span.string_or("span_id", ""));
  EXPECT_GE(senders.size(), 4u);
  for (const auto& span : trace) {
    if (span.string_or("kind", "") != "consumer") continue;
    EXPECT_EQ(span.string_or("name", ""), "process " + text_of(span, "messaging.destination.name"));
    for (const auto& link : span.array_or_empty("links"))  // none: a datagram was sooner
      EXPECT_THAT(senders, Contains(link.string_or("span_id", "")));
  }
}

TEST_F(Traces, WhatModelsWereAskedHangsBelowTheStepsThatAskedWithoutAWordOfIt) {
  const json::Object words{{"repository_id", kRepository},
                           {"prompt", kPrompt},
                           {"max_fix_rounds", 0},
                           {"notify", json::Array{json::Object{{"webhook", receiver_->url()}}}}};
  const auto id = fleet().submit(words, "words");
  const auto task = fleet().wait_terminal(id);
  ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump_pretty(task);
  const auto trace = whole_trace(id);
  std::map<std::string, std::string> runs;  // names of the runs by their ids
  for (const auto& span : trace)
    if (span.string_or("name", "").starts_with("run ")) runs[span.string_or("span_id", "")] = span.string_or("name", "");
  std::multiset<std::string> askers;
  for (const auto& span : trace) {
    if (!span.string_or("name", "").starts_with("chat")) continue;
    askers.insert(runs[span.string_or("parent", "")]);
    EXPECT_EQ(span.string_or("kind", ""), "client");
    EXPECT_EQ(text_of(span, "gen_ai.operation.name"), "chat");
    for (const auto* key :
         {"gen_ai.system", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"})
      EXPECT_FALSE(attribute(span, key).is_null()) << key;
  }
  EXPECT_EQ(askers, (std::multiset<std::string>{"run agent", "run agent", "run plan", "run plan"})) << shown(trace);
  EXPECT_THAT(json::dump(json::Value(trace)), ::testing::Not(::testing::HasSubstr(kPrompt)));
}

TEST_F(Traces, AStepThatFailsSaysSoAndWhy) {
  const auto id = fleet().submit(body("wrong.txt"), "wrong");
  ASSERT_EQ(fleet().wait_terminal(id).string_or("status", ""), "failed");
  const auto trace = whole_trace(id);
  const auto run = one(trace, "run test");
  EXPECT_EQ(run.string_or("status", ""), "error") << shown(trace);
  EXPECT_NE(text_of(run, "error.type"), "");
  EXPECT_TRUE(fleet().process("testing").wait_log(run.string_or("trace_id", "?"))) << "what its log says of it is found by the trace's id";
  std::size_t failed = 0;
  for (const auto& span : trace) failed += span.string_or("status", "") == "error" ? 1 : 0;
  EXPECT_EQ(failed, 2u) << "the run and its processing, and nothing else\n" << shown(trace);
}

TEST_F(Traces, ASecurityMatterIsReportedWithoutTheSecretAndAFailedTestIsNot) {
  auto leaks = body("leak/made.txt");
  const auto secret = std::string("ghp_") + "a8Kq2mZ0tR7yLw4XnB1vEc9UdJ5hPsGfOi3T";
  leaks["change"] =
      json::Array{json::Object{{"op", "create_file"}, {"path", "leak/made.txt"}, {"content", "new\ntoken = " + secret + "\n"}}};
  const auto id = fleet().submit(leaks, "leak");
  ASSERT_EQ(fleet().wait_terminal(id).string_or("status", ""), "failed");
  ASSERT_TRUE(eventually([] { return !collector_->envelopes().empty(); }));
  const auto envelopes = collector_->envelopes();
  ASSERT_EQ(envelopes.size(), 1u) << "a test that failed is its author's business: " << json::dump(json::Value(envelopes));
  const auto& event = *envelopes[0].find("event");
  EXPECT_EQ(event.string_or("level", ""), "fatal");
  EXPECT_EQ(event.string_or("transaction", ""), "step push");
  EXPECT_EQ(event.find("tags")->string_or("code", ""), "secret_in_diff");
  EXPECT_EQ(event.find("tags")->string_or("task_id", ""), id);
  EXPECT_THAT(json::dump(event), ::testing::Not(::testing::HasSubstr(secret)));
  EXPECT_EQ(event.find("contexts")->find("trace")->string_or("trace_id", ""), one(whole_trace(id), "run push").string_or("trace_id", ""));
}

TEST_F(Traces, AClientsDecisionStands) {
  const std::string unsampled(32, 'a'), sampled(32, 'b'), span(16, 'c');
  const auto quiet = submit_as("quiet/made.txt", fmt::format("00-{}-{}-00", unsampled, span));
  const auto told = submit_as("told/made.txt", fmt::format("00-{}-{}-01", sampled, span));
  fleet().wait_terminal(quiet);
  fleet().wait_terminal(told);
  EXPECT_TRUE(eventually([&] {
    const auto trace = collector_->spans_of(sampled);
    return std::ranges::any_of(trace, [](const auto& one) { return text_of(one, "argosy.step.kind") == "notify"; });
  }));
  EXPECT_EQ(one(collector_->spans_of(sampled), "POST /api/v1/tasks").string_or("parent", ""), span);
  // The workers' batches go in order: what was done for the former task would have come before.
  EXPECT_THAT(collector_->spans_of(unsampled), IsEmpty());
  EXPECT_THAT(fleet().process("planning").log(), ::testing::Not(::testing::HasSubstr("sesame-sesame")));
}

TEST_F(Traces, ACollectorThatIsAwayHoldsNoTaskUp) {
  collector_->answer(503, 1'000'000);
  const auto id = fleet().submit(body("away/made.txt"), "away");
  EXPECT_EQ(fleet().wait_terminal(id).string_or("status", ""), "succeeded");
  EXPECT_TRUE(fleet().process("git").wait_log("the collector of traces is away"));
  collector_->answer(200, 0);
  EXPECT_THAT(orphans(whole_trace(id)), IsEmpty()) << "it gets them later";
}

}  // namespace
}  // namespace argosy::test
