// One call on its way through the cache: found exactly, found near, asked. Lives as long as its callbacks. Internal to the folder.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/llm/cache/caching_model.h"

namespace argosy::llm {

class CachedCall;

// What the calls of one CachingModel share.
struct CachingModel::Shared {
  Shared(Model& inner_model, AnswerCache& answers, Embedder* of_texts, RunBlocking run_blocking, CachingSettings own)
      : inner(inner_model),
        cache(answers),
        embedder(of_texts),
        embedder_name(of_texts == nullptr ? "" : of_texts->name()),
        run(std::move(run_blocking)),
        settings(std::move(own)) {}

  Model& inner;
  AnswerCache& cache;
  Embedder* const embedder;
  const std::string embedder_name;  // empty: there is none
  const RunBlocking run;
  const CachingSettings settings;
  std::mutex mutex;
  std::unordered_map<std::string, std::vector<std::shared_ptr<CachedCall>>> asking;  // who waits for whoever asks just now
};

class CachedCall : public std::enable_shared_from_this<CachedCall> {
 public:
  CachedCall(std::shared_ptr<CachingModel::Shared> shared, const CacheRule& rule, std::shared_ptr<const Request> request,
             CallOptions options, OnDone done);
  void start();

 private:
  void look();  // where it may block, as search(), keep() and what look() asks
  bool may_be_alike() const;
  void embed();
  void search();
  void miss();
  void ask_or_wait();
  void ask();
  void asked(CallResult result);
  void keep(const CallResult& result);
  void wait_is_over(const CallResult* shared_result);
  bool give(const Cached& cached, Source source);
  void run_or(void (CachedCall::*blocking)(), void (CachedCall::*otherwise)());
  void count(CacheEvent event, NanoUsd saved = 0);
  void trouble(const std::string& what, const Error& error) const;
  void finish(CallResult result);

  const std::shared_ptr<CachingModel::Shared> kept_;  // what is put and counted after `done` may outlive the model
  CachingModel::Shared& shared_;
  const CacheRule& rule_;
  std::shared_ptr<const Request> request_;
  CallOptions options_;
  OnDone done_;
  CachePlace place_;
  CacheKey key_;
  std::string flight_;                 // what calls that share one have in common
  Vector vector_;                      // empty: none was made
  bool keeps_ = true;                  // false: the organisation wants no cache, or it cannot be reached
  bool leads_ = false;                 // others wait for it
  std::atomic<bool> waiting_ = false;  // whoever takes it back goes on: who is waited for, or the stop
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace argosy::llm
