// What is kept of a call, when, and that nothing about keeping it reaches whoever asked.
#include "common/llm/journal/journaling_model.h"

#include <gmock/gmock.h>

#include <deque>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/llm/conversation_json.h"
#include "common/llm/journal/kept.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::string kToken = "ghp_" + std::string(30, 'a') + "Bc1234";

// Answers when it is told to.
class Slow : public Model {
 public:
  void start(std::shared_ptr<const Request>, CallOptions, OnDone done) override { waiting.push_back(std::move(done)); }
  std::deque<OnDone> waiting;
};

class Book : public Journal {
 public:
  Result<bool> keeps_texts(const OrgId& org) override {
    asked = org;
    return texts;
  }
  Result<void> keep(const Entry& entry) override {
    if (fails) return fail_transient("database_unavailable", "away");
    entries.push_back(entry);
    return {};
  }
  Result<bool> texts = true;
  bool fails = false;
  OrgId asked{};
  std::vector<Entry> entries;
};

class Journaling : public testing::Test {
 protected:
  void start(Request request = {}, bool paid = true) {
    CallOptions options{.kind = "edit", .role = "coder", .prompt = {.name = "edit", .hash = "ab12"}};
    if (paid) options.payer = Payer{.org = org_, .user = "ann", .step = {TaskId{Uuid::v4()}, 3}, .attempt = 2};
    model_.start(std::make_shared<Request>(std::move(request)), std::move(options), [this](CallResult result) {
      ++done_;
      kept_when_done_ = book_.entries.size();
      result_ = std::move(result);
    });
  }
  void answer(CallResult result) {
    inner_.waiting.front()(std::move(result));
    inner_.waiting.pop_front();
  }
  void run_blocking() {
    for (; !queue_.empty(); queue_.pop_front()) queue_.front()();
  }
  // A call from its start to its end.
  const Entry& kept(Request request, CallResult result) {
    start(std::move(request));
    answer(std::move(result));
    run_blocking();
    EXPECT_FALSE(book_.entries.empty());
    return book_.entries.back();
  }
  static Request saying(std::string text) { return {.messages = {{Role::user, {Text{std::move(text)}}}}}; }

  const OrgId org_{Uuid::v4()};
  VirtualTime time_;
  Slow inner_;
  Book book_;
  std::deque<std::function<void()>> queue_;
  bool full_ = false;
  std::vector<std::string> told_;
  JournalingModel model_{inner_, book_,
                         [this](std::function<void()> what) {
                           if (!full_) queue_.push_back(std::move(what));
                           return !full_;
                         },
                         time_,
                         [this](const Error& error, std::uint64_t lost) { told_.push_back(error.code + " " + std::to_string(lost)); }};
  std::optional<CallResult> result_;
  int done_ = 0;
  std::size_t kept_when_done_ = 0;
};

TEST_F(Journaling, KeepsACallBeforeItsAnswerIsHandedOn) {
  start(saying("Do"));
  time_.pass(1500ms);
  CallResult result{.answer = {.text = "Done", .stop = StopReason::end_turn, .usage = {.input = 5, .output = 2}, .complete = true},
                    .tries = 2,
                    .first_byte = 70ms,
                    .model = "large",
                    .source = Source::exact_cache};
  result.route =
      std::make_shared<RouteDecision>(RouteDecision{.rule = "routes, line 4", .in_turn = {{"large", "it can"}}, .passed_over = {}});
  answer(std::move(result));
  EXPECT_EQ(done_, 0) << "what blocks does not run where all streams do";
  run_blocking();
  ASSERT_EQ(done_, 1);
  EXPECT_EQ(kept_when_done_, 1u);
  EXPECT_EQ(result_->answer.text, "Done");
  const auto& entry = book_.entries.at(0);
  EXPECT_EQ(book_.asked, org_);
  EXPECT_EQ(entry.payer.step.ordinal, 3);
  EXPECT_EQ(entry.payer.attempt, 2);
  EXPECT_EQ(entry.kind + entry.role + entry.model, "editcoderlarge");
  EXPECT_EQ(entry.prompt.name + entry.prompt.hash, "editab12");
  EXPECT_EQ(entry.route, R"({"rule":"routes, line 4","in_turn":[{"model":"large","why":"it can"}],"passed_over":[]})");
  EXPECT_EQ(entry.source, Source::exact_cache);
  EXPECT_EQ(entry.tries, 2);
  EXPECT_EQ(entry.stop, "end_turn");
  EXPECT_EQ(entry.fault, "");
  EXPECT_EQ(entry.usage, (Usage{.input = 5, .output = 2}));
  EXPECT_EQ(entry.took, 1500ms);
  EXPECT_EQ(entry.first_byte, 70ms);
  EXPECT_EQ(entry.started_at, time_.unix_ms() - 1500);
  EXPECT_EQ(request_from_json(*json::parse(entry.request))->messages.size(), 1u);
  EXPECT_EQ(answer_from_json(*json::parse(entry.answer))->text, "Done");
}

TEST_F(Journaling, KeepsAFailureWithWhatCameOfIt) {
  CallResult result{.answer = {.text = "Half of"}, .may_be_billed = true, .model = "small"};
  result.fault = make_fault(FaultKind::broken_stream, "cut");
  const auto& entry = kept(saying("Do"), std::move(result));
  EXPECT_EQ(entry.fault, "stream_broken");
  EXPECT_THAT(entry.answer, HasSubstr("Half of"));
  ASSERT_TRUE(result_->fault);
  EXPECT_TRUE(result_->may_be_billed);
}

TEST_F(Journaling, SecretsAndPersonalDataAreNotKeptInAnyText) {
  const std::string both = "ann.smith@example.org has " + kToken;
  Request request{.messages = {{Role::system, {Text{both}}},
                               {Role::assistant,
                                {Thinking{both, json::Object{{"thinking", both}}}, ToolCall{"c1", "run", R"({"who": ")" + both + R"("})"}}},
                               {Role::user, {ToolResult{"c1", both, true}}}},
                  .tools = {{"run", both, json::Object{{"description", both}}}},
                  .stop = {both}};
  Answer answer{.text = both, .thinking = {{both, {}}}, .tool_calls = {{"c2", "run", R"({"a": [")" + both + R"("]})"}}, .error = both};
  const auto& entry = kept(request, {.answer = answer});
  for (const auto* text : {&entry.request, &entry.answer}) {
    EXPECT_THAT(*text, Not(HasSubstr(kToken)));
    EXPECT_THAT(*text, Not(HasSubstr("ann.smith")));
    EXPECT_THAT(*text, HasSubstr("[email]"));
    EXPECT_TRUE(json::parse(*text));
  }
  const auto read = request_from_json(*json::parse(entry.request));
  ASSERT_TRUE(read);
  EXPECT_TRUE(json::parse(std::get<ToolCall>(read->messages[1].parts[1]).arguments)) << "arguments stay JSON";
  EXPECT_EQ(result_->answer.text, both) << "who asked gets all of it";
}

TEST_F(Journaling, AnImageIsNamedAndNotKept) {
  const std::string bytes(3'000, 'p');
  const auto& entry = kept({.messages = {{Role::user, {Text{"See"}, Image{"image/png", text::base64(bytes)}}}}}, {});
  EXPECT_THAT(entry.request, HasSubstr("[image: image/png, 3000 bytes, sha256 " + crypto::sha256_hex(bytes) + "]"));
  EXPECT_LT(entry.request.size(), 400u);
}

TEST_F(Journaling, ALongTextLosesItsMiddle) {
  const auto most = KeptBounds{}.text;
  const auto& one = kept(saying(std::string(most + 1000, ' ')), {});
  EXPECT_LT(one.request.size(), most + 500);
  EXPECT_THAT(one.request, HasSubstr("bytes left out"));
}

TEST_F(Journaling, OfAHugeConversationAllTextsAreCut) {
  Request many;
  for (int i = 0; i < 50; ++i) many.messages.push_back({Role::user, {Text{std::string(2'000, ' ')}}});
  const auto text = kept_json(many, {.text = 10'000, .whole = 50'000});
  EXPECT_LE(text.size(), 50'000u);
  const auto read = request_from_json(*json::parse(text));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->messages.size(), 50u);
  EXPECT_EQ(kept_json(many, {.whole = 1'000}), R"({"left_out":"it has too many parts to be kept"})");
}

TEST_F(Journaling, AnOrganisationThatWantsNoTextsGetsNone) {
  book_.texts = false;
  const auto& entry = kept(saying("secret plans"), {.answer = {.text = "yes"}, .model = "small"});
  EXPECT_EQ(entry.request + entry.answer, "");
  EXPECT_EQ(entry.model, "small");
  EXPECT_TRUE(told_.empty());
}

TEST_F(Journaling, WhoCannotBeAskedHasNotAgreed) {
  book_.texts = fail_transient("database_unavailable", "away");
  EXPECT_EQ(kept(saying("plans"), {}).request, "");
  EXPECT_EQ(told_, std::vector<std::string>{"database_unavailable 1"});
}

TEST_F(Journaling, ItsTroubleIsToldOnceInAWhileAndNeverTheCalls) {
  book_.fails = true;
  for (int i = 0; i < 3; ++i) {
    start(saying("Do"));
    answer({.answer = {.text = "Done"}});
    run_blocking();
  }
  EXPECT_EQ(done_, 3);
  EXPECT_FALSE(result_->fault);
  EXPECT_EQ(told_, std::vector<std::string>{"database_unavailable 1"});
  time_.pass(kJournalTroubleEvery);
  full_ = true;
  start(saying("Do"));
  answer({.answer = {.text = "Done"}});
  EXPECT_EQ(done_, 4) << "at once, where nothing can run";
  EXPECT_EQ(result_->answer.text, "Done");
  EXPECT_EQ(told_.back(), "journal_busy 4");
  EXPECT_EQ(model_.lost(), 4u);
}

TEST_F(Journaling, ACallThatNobodyPaysForIsHandedOn) {
  start(saying("Do"), false);
  answer({.answer = {.text = "Done"}});
  EXPECT_EQ(done_, 1);
  EXPECT_TRUE(queue_.empty());
  EXPECT_TRUE(book_.entries.empty());
}

}  // namespace
}  // namespace argosy::llm
