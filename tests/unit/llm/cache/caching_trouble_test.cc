// The cache in trouble and in a crowd: it never spoils a call, and the same question at the same time is asked once.
#include <gmock/gmock.h>

#include "common/llm/cache/caching_model.h"
#include "tests/unit/llm/cache/caching.h"

namespace argosy::llm {
namespace {

using ::testing::ElementsAre;

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

TEST_F(Caching, TheSameAtTheSameTimeIsAskedOnce) {
  inner_.holds = true;
  const auto first = begin(options()), second = begin(options()), third = begin(options());
  EXPECT_EQ(inner_.asked, 1);
  EXPECT_FALSE(*second);
  inner_.held.front()(AnsweringModel::saying("42"));
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
  inner_.held.back()(AnsweringModel::saying("42"));
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
  inner_.held.front()(AnsweringModel::saying("42"));
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
