// Lines that fill the cache: whose answers they are, what finds them, and whose text the embedder sees.
#include "common/llm/cache/warming.h"

#include <gmock/gmock.h>

#include "common/llm/conversation_json.h"

namespace argosy::llm {
namespace {

using ::testing::IsEmpty;

class Put : public AnswerCache {
 public:
  Result<CacheLookup> find(const CachePlace&, const CacheKey&, std::chrono::milliseconds) override { return CacheLookup{}; }
  Result<std::optional<Cached>> nearest(const CachePlace&, const CacheKey&, const std::string&, const Vector&, double,
                                        std::chrono::milliseconds) override {
    return std::nullopt;
  }
  Result<void> put(const CacheEntry& entry) override {
    last = entry;
    return {};
  }
  Result<void> count(const CachePlace&, CacheEvent, NanoUsd) override { return {}; }
  CacheEntry last;
};

class Pointing : public Embedder {
 public:
  const std::string& name() const override { return name_; }
  void start(Texts, CallOptions, OnEmbedding done) override { done({.vectors = {{1, 0}}}); }

 private:
  std::string name_ = "pointing";
};

class Warmed : public testing::Test {
 protected:
  Result<std::string> line(json::Object more = {}) {
    json::Object all{{"kind", "plan"},
                     {"repository", "org/name"},
                     {"commit", "c0ffee"},
                     {"request", to_json(request_)},
                     {"answer", to_json(Answer{.text = "42", .stop = StopReason::end_turn, .complete = true})}};
    for (const auto& [name, value] : more) all[name] = value;
    return warm({.cache = cache_, .embedder = &embedder_, .may_embed = may_embed_, .rules = rules_, .org = kDefaultOrg}, json::dump(all));
  }

  Put cache_;
  Pointing embedder_;
  CacheRules rules_;
  std::function<bool(const CallOptions&)> may_embed_;
  const Request request_{.messages = {{.role = Role::user, .parts = {Text{"How long is it?"}}}}};
};

TEST_F(Warmed, WhoAnsweredIsNotWhoHadTo) {
  ASSERT_EQ(line({{"model", "small"}}).value(), "");
  EXPECT_EQ(cache_.last.cached.model, "small");
  EXPECT_EQ(cache_.last.key.exact, cache_key(request_, {.kind = "plan"}, "").exact);
  ASSERT_EQ(line({{"model", "small"}, {"asked_model", "large"}, {"complexity", "high"}}).value(), "");
  EXPECT_EQ(cache_.last.cached.model, "small");
  EXPECT_EQ(cache_.last.key.exact, cache_key(request_, {.kind = "plan", .complexity = Complexity::high, .model = "large"}, "").exact);
}

TEST_F(Warmed, AComplexityThatIsNoneIsAnError) {
  const auto refused = line({{"complexity", "huge"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "warming_invalid");
}

TEST_F(Warmed, WhatTheEmbedderMayNotSeeIsFoundExactlyAlone) {
  ASSERT_EQ(line().value(), "");
  EXPECT_EQ(cache_.last.embedder, "pointing");
  may_embed_ = [](const CallOptions& options) { return options.payer->org != kDefaultOrg || options.repository != "org/name"; };
  ASSERT_EQ(line().value(), "");
  EXPECT_THAT(cache_.last.vector, IsEmpty());
  EXPECT_EQ(cache_.last.embedder, "");
}

}  // namespace
}  // namespace argosy::llm
