// The way of a call through the cache: found, near, asked, kept, and never spoiled by the cache itself.
#include "common/llm/cache/caching_model.h"

#include <gmock/gmock.h>

#include "tests/unit/llm/cache/caching.h"

namespace argosy::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kSecret = "the key is ghp_0123456789abcdefghijklmnopqrstuvwxyz";

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
  std::vector<CallResult> not_kept(6, AnsweringModel::saying("42"));
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
  inner_.result = AnsweringModel::saying("");
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
  inner_.result = AnsweringModel::saying(std::string(kSecret));
  ask();
  inner_.result = AnsweringModel::saying("Ask ann.example@example.com.");
  ask();
  inner_.result = AnsweringModel::saying("42");
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

TEST_F(Caching, WhoWatchesSeesAnAnswerFromTheCache) {
  ask();
  std::string seen;
  CallOptions watching = options();
  watching.on_delta = [&](Delta, std::string_view piece) { seen += piece; };
  ask("How long is it?", watching);
  EXPECT_EQ(seen, "42");
}

}  // namespace
}  // namespace argosy::llm
