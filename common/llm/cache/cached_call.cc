#include "common/llm/cache/cached_call.h"

#include <tuple>
#include <utility>

#include "common/llm/cache/keepable.h"
#include "common/llm/conversation_json.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;

// A vector that takes longer costs more than it may save.
constexpr http::StreamTimeouts kEmbeddingTimeouts{.connect = 2s, .first_byte = 8s, .between_bytes = 5s, .total = 10s};
constexpr std::chrono::milliseconds kEmbeddingWait = 2s;  // for a rate limit

Error too_busy() { return fail_transient("cache_busy", "too much waits for the database").error(); }

}  // namespace

CachedCall::CachedCall(std::shared_ptr<CachingModel::Shared> shared, const CacheRule& rule, std::shared_ptr<const Request> request,
                       CallOptions options, OnDone done)
    : kept_(std::move(shared)),
      shared_(*kept_),
      rule_(rule),
      request_(std::move(request)),
      options_(std::move(options)),
      done_(std::move(done)),
      place_{.org = options_.payer->org, .repository = options_.repository, .commit = options_.commit, .kind = options_.kind} {}

void CachedCall::start() { run_or(&CachedCall::look, &CachedCall::ask); }

// Nothing that blocks runs on a thread that may not; what finds no room there is done without.
void CachedCall::run_or(void (CachedCall::*blocking)(), void (CachedCall::*otherwise)()) {
  if (shared_.run([self = shared_from_this(), blocking] { ((*self).*blocking)(); })) return;
  keeps_ = false;
  trouble("the cache is passed over", too_busy());
  ((*this).*otherwise)();
}

void CachedCall::look() {
  if (options_.stop.stop_requested())
    return finish({.answer = {}, .fault = make_fault(FaultKind::cancelled, "the call was cancelled before it was made")});
  key_ = cache_key(*request_, options_, shared_.settings.models);
  const auto looked = shared_.cache.find(place_, key_, rule_.keep);
  keeps_ = looked && !looked->off;
  if (!looked) trouble("the cache cannot be asked", looked.error());
  if (!keeps_) return ask();
  if (looked->found && give(*looked->found, Source::exact_cache)) return;
  if (may_be_alike()) return embed();
  miss();
}

bool CachedCall::may_be_alike() const {
  const auto& [may_embed, may_be_alike] = std::tie(shared_.settings.may_embed, shared_.settings.may_be_alike);
  return shared_.embedder != nullptr && rule_.least_cosine && !key_.said.empty() && (!may_embed || may_embed(options_)) &&
         (!may_be_alike || may_be_alike(options_));
}

void CachedCall::embed() {
  CallOptions options{.stop = options_.stop,
                      .task = options_.task,
                      .kind = "embedding",
                      .payer = options_.payer,
                      .repository = options_.repository,
                      .commit = options_.commit,
                      .timeouts = kEmbeddingTimeouts,
                      .longest_wait = kEmbeddingWait};
  shared_.embedder->start(std::make_shared<const std::vector<std::string>>(1, key_.said), std::move(options),
                          [self = shared_from_this()](Embedding embedding) {
                            if (embedding.fault) {
                              if (embedding.fault->kind != FaultKind::cancelled)
                                self->trouble("no vector for the cache", embedding.fault->error);
                              return self->run_or(&CachedCall::miss, &CachedCall::ask);
                            }
                            self->vector_ = std::move(embedding.vectors.front());
                            self->run_or(&CachedCall::search, &CachedCall::ask);
                          });
}

void CachedCall::search() {
  const auto near = shared_.cache.nearest(place_, key_, shared_.embedder->name(), vector_, *rule_.least_cosine, rule_.keep);
  if (!near) trouble("the cache cannot be searched", near.error());
  if (near && *near && give(**near, Source::semantic_cache)) return;
  miss();
}

void CachedCall::miss() {
  count(CacheEvent::missed);
  ask_or_wait();
}

void CachedCall::ask_or_wait() {
  flight_ = place_.org.to_string() + key_.exact + place_.repository + '\n' + place_.commit;
  {
    const std::scoped_lock lock(shared_.mutex);
    const auto [flight, is_first] = shared_.asking.try_emplace(flight_);
    leads_ = is_first;
    if (!is_first) {
      waiting_ = true;
      flight->second.push_back(shared_from_this());
    }
  }
  if (leads_) return ask();
  // A stop that was asked for already runs in here; who was waited for may be done before.
  on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->waiting_.exchange(false))
      self->finish({.answer = {}, .fault = make_fault(FaultKind::cancelled, "the call was cancelled while another one asked the same")});
  });
}

void CachedCall::ask() {
  shared_.inner.start(request_, options_, [self = shared_from_this()](CallResult result) { self->asked(std::move(result)); });
}

void CachedCall::asked(CallResult result) {
  const bool keepable = is_keepable(result);
  std::vector<std::shared_ptr<CachedCall>> others;
  if (leads_) {
    const std::scoped_lock lock(shared_.mutex);
    others = std::move(shared_.asking.extract(flight_).mapped());
  }
  if (keeps_ && keepable && !shared_.run([self = shared_from_this(), result] { self->keep(result); }))
    trouble("an answer is not kept", too_busy());
  for (const auto& other : others) other->wait_is_over(keepable ? &result : nullptr);
  finish(std::move(result));
}

void CachedCall::wait_is_over(const CallResult* shared_result) {
  if (!waiting_.exchange(false)) return;
  if (shared_result == nullptr) return ask();
  const auto& usage = shared_result->answer.usage;
  const Cached cached{.answer = json::dump(to_json(shared_result->answer)),
                      .model = shared_result->model,
                      .cost = shared_.settings.price ? shared_.settings.price(shared_result->model, usage) : 0};
  if (!give(cached, Source::exact_cache)) ask();
}

void CachedCall::keep(const CallResult& result) {
  auto text = json::dump(to_json(result.answer));
  if (holds_secrets(result.answer) || text.size() > kMaxKeptBytes) return count(CacheEvent::withheld);
  const bool with_vector = !vector_.empty() && is_transferable(result.answer);
  const auto& price = shared_.settings.price;
  const auto kept = shared_.cache.put(
      {.place = place_,
       .key = key_,
       .cached = {.answer = std::move(text), .model = result.model, .cost = price ? price(result.model, result.answer.usage) : 0},
       .embedder = with_vector ? shared_.embedder_name : "",
       .vector = with_vector ? vector_ : Vector(),
       .keep = rule_.keep});
  if (!kept) trouble("an answer is not kept", kept.error());
}

// False: what was kept cannot be read, and is as good as not there.
bool CachedCall::give(const Cached& cached, Source source) {
  auto parsed = json::parse(cached.answer);
  auto answer = parsed ? answer_from_json(*parsed) : std::unexpected(parsed.error());
  if (!answer) {
    trouble("a kept answer cannot be read", answer.error());
    return false;
  }
  if (source == Source::semantic_cache && !is_transferable(*answer)) return false;
  if (source == Source::semantic_cache) answer->thinking.clear();  // about another question
  answer->usage = {.input = 0, .output = 0};
  count(source == Source::exact_cache ? CacheEvent::exact : CacheEvent::semantic, cached.cost);
  if (options_.on_delta && !answer->text.empty()) options_.on_delta(Delta::text, answer->text);
  finish({.answer = std::move(*answer), .tries = 0, .model = cached.model, .source = source});
  return true;
}

void CachedCall::count(CacheEvent event, NanoUsd saved) {
  // Later than the answer, and where it may block: wherever this runs.
  const bool taken = shared_.run([self = shared_from_this(), event, saved] {
    if (const auto counted = self->shared_.cache.count(self->place_, event, saved); !counted)
      self->trouble("a hit or miss is not counted", counted.error());
  });
  if (!taken) trouble("a hit or miss is not counted", too_busy());
}

void CachedCall::trouble(const std::string& what, const Error& error) const {
  if (shared_.settings.on_trouble) shared_.settings.on_trouble(what, error);
}

void CachedCall::finish(CallResult result) {
  const OnDone done = std::move(done_);
  done(std::move(result));
}

}  // namespace argosy::llm
