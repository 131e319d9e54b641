// The way of a call through the cache: found, near, asked, kept, and never spoiled by the cache itself.
#include "common/llm/cache/caching_model.h"

#include <gmock/gmock.h>

#include <deque>
#include <map>

#include "common/llm/conversation_json.h"

namespace argosy::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kSecret = "the key is ghp_0123456789abcdefghijklmnopqrstuvwxyz";

class Answering : public Model {
 public:
  void start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) override {
    ++asked;
    last_options = std::move(options);
    if (holds) return held.push_back(std::move(done));
    static_cast<void>(request);
    done(result);
  }
  static CallResult saying(const std::string& text) {
    return {.answer = {.text = text, .stop = StopReason::end_turn, .usage = {.input = 10, .output = 5}, .complete = true},
            .fault = {},
            .may_be_billed = true,
            .model = "small"};
  }
  CallResult result = saying("42");
  bool holds = false;
  std::deque<OnDone> held;
  CallOptions last_options;
  int asked = 0;
};

// Everything in memory, exactly as it was put.
class Kept : public AnswerCache {
 public:
  Result<CacheLookup> find(const CachePlace& place, const CacheKey& key, std::chrono::milliseconds) override {
    if (is_down) return fail_transient("database_unavailable", "away");
    CacheLookup lookup{.off = off};
    if (const auto hit = entries.find({place.org.to_string() + place.repository + place.commit, key.exact}); hit != entries.end() && !off)
      lookup.found = hit->second.cached;
    return lookup;
  }
  Result<std::optional<Cached>> nearest(const CachePlace&, const CacheKey& key, const std::string& embedder, const Vector& vector,
                                        double least, std::chrono::milliseconds) override {
    if (search_is_down) return fail_transient("database_unavailable", "away");
    for (const auto& [name, entry] : entries) {
      if (entry.key.around != key.around || entry.embedder != embedder || entry.vector.size() != vector.size()) continue;
      double cosine = 0;
      for (std::size_t i = 0; i < vector.size(); ++i) cosine += static_cast<double>(vector[i]) * entry.vector[i];
      if (cosine >= least) return entry.cached;
    }
    return std::nullopt;
  }
  Result<void> put(const CacheEntry& entry) override {
    if (is_down) return fail_transient("database_unavailable", "away");
    entries[{entry.place.org.to_string() + entry.place.repository + entry.place.commit, entry.key.exact}] = entry;
    return {};
  }
  Result<void> count(const CachePlace&, CacheEvent event, NanoUsd nano) override {
    events.push_back(event);
    saved += nano;
    return {};
  }
  bool off = false, is_down = false, search_is_down = false;
  std::map<std::pair<std::string, std::string>, CacheEntry> entries;
  std::vector<CacheEvent> events;
  NanoUsd saved = 0;
};

class Pointing : public Embedder {
 public:
  const std::string& name() const override { return name_; }
  void start(Texts texts, CallOptions options, OnEmbedding done) override {
    asked.push_back(texts->front());
    last_options = std::move(options);
    if (fault) return done({.fault = make_fault(*fault, "why")});
    done({.vectors = {texts->front().contains("wide") ? Vector{0, 1} : Vector{1, 0}}});
  }
  std::optional<FaultKind> fault;
  std::vector<std::string> asked;
  CallOptions last_options;

 private:
  std::string name_ = "pointing";
};

class Caching : public testing::Test {
 protected:
  CallResult ask(const std::string& text, CallOptions options) {
    auto request = std::make_shared<Request>();
    request->messages = {{.role = Role::user, .parts = {Text{text}}}};
    request->temperature = temperature_;
    std::optional<CallResult> got;
    model_.start(std::move(request), std::move(options), [&](CallResult result) { got = std::move(result); });
    return got.value();
  }
  CallResult ask(const std::string& text = "How long is it?") { return ask(text, options()); }
  // Whose answer comes later.
  std::shared_ptr<std::optional<CallResult>> begin(CallOptions options) {
    auto request = std::make_shared<Request>();
    request->messages = {{.role = Role::user, .parts = {Text{"How long is it?"}}}};
    auto got = std::make_shared<std::optional<CallResult>>();
    model_.start(std::move(request), std::move(options), [got](CallResult result) { *got = std::move(result); });
    return got;
  }
  static CallOptions options(const std::string& kind = "plan") {
    return {.kind = kind, .payer = Payer{.org = kDefaultOrg, .user = "ann", .step = {}}, .repository = "org/name", .commit = "c0ffee"};
  }

  Answering inner_;
  Kept cache_;
  Pointing embedder_;
  bool has_room_ = true, may_embed_ = true, may_be_alike_ = true;
  std::optional<double> temperature_;
  std::vector<std::string> troubles_;
  CachingModel model_{inner_,
                      cache_,
                      &embedder_,
                      [this](std::function<void()> what) {
                        if (has_room_) what();
                        return has_room_;
                      },
                      {.models = "models",
                       .price = [](const std::string&, const Usage& usage) { return usage.input.value_or(0) + usage.output.value_or(0); },
                       .may_embed = [this](const CallOptions& asked) { return may_embed_ && asked.repository == "org/name"; },
                       .may_be_alike = [this](const CallOptions&) { return may_be_alike_; },
                       .on_trouble = [this](const std::string& what, const Error&) { troubles_.push_back(what); }}};
};

TEST_F(Caching, TheSameIsAskedOnce) {
  const auto first = ask(), second = ask();
  EXPECT_EQ(inner_.asked, 1);
  EXPECT_EQ(first.source, Source::model);
  EXPECT_EQ(second.source, Source::exact_cache);
  EXPECT_EQ(second.answer.text, "42");
  EXPECT_EQ(second.model, "small");
  EXPECT_EQ(second.answer.usage, (Usage{.input = 0, .output = 0}));
  EXPECT_FALSE(second.may_be_billed);
  EXPECT_EQ(second.tries, 0);
  EXPECT_THAT(cache_.events, ElementsAre(CacheEvent::missed, CacheEvent::exact));
  EXPECT_EQ(cache_.saved, 15);
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(Caching, WhatIsAlikeIsAskedOnceToo) {
  ask("How long is it?");
  const auto alike = ask("So how long is it?");
  EXPECT_EQ(alike.source, Source::semantic_cache);
  EXPECT_EQ(alike.answer.text, "42");
  EXPECT_EQ(ask("How wide is it?").source, Source::model);
  EXPECT_EQ(inner_.asked, 2);
  EXPECT_THAT(cache_.events, ElementsAre(CacheEvent::missed, CacheEvent::semantic, CacheEvent::missed));
  EXPECT_EQ(embedder_.last_options.kind, "embedding");
  EXPECT_EQ(embedder_.last_options.payer->user, "ann") << "who asks pays for the vector";
}

TEST_F(Caching, ATextThatTheEmbedderMayNotSeeIsFoundExactlyAlone) {
  may_embed_ = false;
  ask();
  EXPECT_EQ(ask().source, Source::exact_cache);
  EXPECT_EQ(ask("So how long is it?").source, Source::model);
  EXPECT_THAT(embedder_.asked, IsEmpty());
  EXPECT_THAT(cache_.events, ElementsAre(CacheEvent::missed, CacheEvent::exact, CacheEvent::missed));
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(Caching, WhereAlikeIsNotEnoughOnlyTheSameIsFoundAndNoVectorIsPaidFor) {
  ask();
  embedder_.asked.clear();
  may_be_alike_ = false;
  EXPECT_EQ(ask("So how long is it?").source, Source::model);
  EXPECT_EQ(ask().source, Source::exact_cache);
  EXPECT_THAT(embedder_.asked, IsEmpty());
  may_be_alike_ = true;
  EXPECT_EQ(ask("But how long is it?").source, Source::semantic_cache);
}

TEST_F(Caching, NothingIsFoundAcrossOrganisationsRepositoriesOrCommits) {
  ask();
  for (int n = 0; n < 3; ++n) {
    CallOptions other = options();
    if (n == 0) other.payer->org = OrgId{Uuid::v4()};
    if (n == 1) other.repository = "org/other";
    if (n == 2) other.commit = "c0ffed";
    cache_.search_is_down = true;
    EXPECT_EQ(ask("How long is it?", other).source, Source::model) << n;
  }
  EXPECT_EQ(inner_.asked, 4);
}

TEST_F(Caching, WithoutAPayerAPlaceOrARuleItIsNotThere) {
  for (int n = 0; n < 5; ++n) {
    CallOptions other = options();
    if (n == 0) other.payer.reset();
    if (n == 1) other.repository.clear();
    if (n == 2) other.commit.clear();
    if (n == 3) other.kind = "embedding";
    if (n == 4) other.kind = "edit";  // by chance
    ask("How long is it?", other);
    ask("How long is it?", other);
  }
  EXPECT_EQ(inner_.asked, 10);
  EXPECT_THAT(cache_.entries, IsEmpty());
  EXPECT_THAT(cache_.events, IsEmpty());
}

TEST_F(Caching, EditsAreFoundExactlyAndOnlyWithoutChance) {
  temperature_ = 0;
  ask("How long is it?", options("edit"));
  EXPECT_EQ(ask("How long is it?", options("edit")).source, Source::exact_cache);
  EXPECT_EQ(ask("So how long is it?", options("edit")).source, Source::model);
  EXPECT_THAT(embedder_.asked, IsEmpty());
}

TEST_F(Caching, OnlyWholeAnswersAreKept) {
  std::vector<CallResult> not_kept(6, Answering::saying("42"));
  not_kept[0].fault = make_fault(FaultKind::broken_stream, "cut");
  not_kept[1].answer.complete = false;
  not_kept[2].answer.stop = StopReason::max_tokens;
  not_kept[3].answer.stop = StopReason::refusal;
  not_kept[4].answer.error = "odd";
  not_kept[5].answer.stop = StopReason::tool_use;
  not_kept[5].answer.tool_calls = {{.id = "1", .name = "read", .arguments = "{", .problem = "no JSON"}};
  for (const auto& result : not_kept) {
    inner_.result = result;
    ask();
    EXPECT_THAT(cache_.entries, IsEmpty());
  }
  inner_.result = Answering::saying("");
  ask();
  EXPECT_THAT(cache_.entries, IsEmpty());
}

TEST_F(Caching, CallsOfToolsAreGivenToTheSameAndNeverToTheAlike) {
  inner_.result.answer.stop = StopReason::tool_use;
  inner_.result.answer.tool_calls = {{.id = "1", .name = "read", .arguments = R"({"path":"a"})"}};
  ask();
  const auto same = ask();
  EXPECT_EQ(same.source, Source::exact_cache);
  ASSERT_EQ(same.answer.tool_calls.size(), 1u);
  EXPECT_EQ(same.answer.tool_calls[0].arguments, R"({"path":"a"})");
  EXPECT_EQ(ask("So how long is it?").source, Source::model);
}

TEST_F(Caching, ThoughtsAboutAnotherQuestionAreLeftOut) {
  inner_.result.answer.thinking = {{.text = "They ask how long."}};
  ask();
  EXPECT_EQ(ask().answer.thinking.size(), 1u);
  EXPECT_THAT(ask("So how long is it?").answer.thinking, IsEmpty());
}

TEST_F(Caching, WhatHoldsASecretOrAPersonsDataIsNotKept) {
  inner_.result = Answering::saying(std::string(kSecret));
  ask();
  inner_.result = Answering::saying("Ask ann.example@example.com.");
  ask();
  inner_.result = Answering::saying("42");
  inner_.result.answer.thinking = {{.text = std::string(kSecret)}};
  ask();
  EXPECT_THAT(cache_.entries, IsEmpty());
  EXPECT_EQ(std::ranges::count(cache_.events, CacheEvent::withheld), 3);
}

TEST_F(Caching, AnOrganisationThatWantsNoneHasNone) {
  ask();
  cache_.off = true;
  EXPECT_EQ(ask().source, Source::model);
  ask("How wide is it?");
  EXPECT_EQ(cache_.entries.size(), 1u);
  EXPECT_EQ(cache_.events.size(), 1u);
}

TEST_F(Caching, TroubleCostsAHitAndNeverTheCall) {
  cache_.is_down = true;
  EXPECT_EQ(ask().answer.text, "42");
  cache_.is_down = false;
  cache_.search_is_down = true;
  EXPECT_EQ(ask().answer.text, "42");
  embedder_.fault = FaultKind::overloaded;
  EXPECT_EQ(ask("another").answer.text, "42");
  has_room_ = false;
  EXPECT_EQ(ask("a third").answer.text, "42");
  EXPECT_THAT(troubles_, ElementsAre("the cache cannot be asked", "the cache cannot be searched", "no vector for the cache",
                                     "the cache is passed over"));
}

TEST_F(Caching, AnEntryThatIsGarbageIsReplaced) {
  ask();
  for (const std::string garbage : {"", "{", "[]", "{}", R"({"text":1,"stop_reason":"end_turn"})", R"({"text":"x","stop_reason":"no"})"}) {
    for (auto& [name, entry] : cache_.entries) {
      entry.cached.answer = garbage;
      entry.embedder = "";
    }
    EXPECT_EQ(ask().source, Source::model) << garbage;
    EXPECT_EQ(ask().source, Source::exact_cache) << garbage;
  }
}

TEST_F(Caching, WhoWatchesSeesAnAnswerFromTheCache) {
  ask();
  std::string seen;
  CallOptions watching = options();
  watching.on_delta = [&](Delta, std::string_view piece) { seen += piece; };
  ask("How long is it?", watching);
  EXPECT_EQ(seen, "42");
}

TEST_F(Caching, TheSameAtTheSameTimeIsAskedOnce) {
  inner_.holds = true;
  const auto first = begin(options()), second = begin(options()), third = begin(options());
  EXPECT_EQ(inner_.asked, 1);
  EXPECT_FALSE(*second);
  inner_.held.front()(Answering::saying("42"));
  EXPECT_EQ((*first)->source, Source::model);
  EXPECT_EQ((*second)->source, Source::exact_cache);
  EXPECT_EQ((*third)->answer.text, "42");
  EXPECT_EQ(inner_.asked, 1);
}

TEST_F(Caching, WhoWaitedForACallThatFailedAsksItself) {
  inner_.holds = true;
  const auto first = begin(options()), second = begin(options());
  CallResult failed;
  failed.fault = make_fault(FaultKind::overloaded, "why");
  inner_.held.front()(failed);
  EXPECT_TRUE((*first)->fault);
  EXPECT_FALSE(*second);
  EXPECT_EQ(inner_.asked, 2);
  inner_.held.back()(Answering::saying("42"));
  EXPECT_FALSE((*second)->fault);
}

TEST_F(Caching, WhoWaitsForAnotherCallCanStop) {
  inner_.holds = true;
  const auto first = begin(options());
  std::stop_source stop;
  CallOptions stopped = options();
  stopped.stop = stop.get_token();
  const auto second = begin(stopped);
  stop.request_stop();
  ASSERT_TRUE(*second);
  EXPECT_EQ((*second)->fault->kind, FaultKind::cancelled);
  inner_.held.front()(Answering::saying("42"));
  EXPECT_FALSE((*first)->fault);
}

TEST_F(Caching, OneThatWasStoppedBeforeItBeganAsksNobody) {
  std::stop_source stop;
  stop.request_stop();
  CallOptions stopped = options();
  stopped.stop = stop.get_token();
  EXPECT_EQ(ask("How long is it?", stopped).fault->kind, FaultKind::cancelled);
  EXPECT_EQ(inner_.asked, 0);
}

}  // namespace
}  // namespace argosy::llm
