// A caching model over a model, a cache and an embedder that keep in memory what they were asked. One thread.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/llm/cache/caching_model.h"

namespace argosy::llm {

class AnsweringModel : public Model {
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
class KeptAnswers : public AnswerCache {
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

class PointingEmbedder : public Embedder {
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

  AnsweringModel inner_;
  KeptAnswers cache_;
  PointingEmbedder embedder_;
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

}  // namespace argosy::llm
