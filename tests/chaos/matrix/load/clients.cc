#include "tests/chaos/matrix/load/clients.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/http/client.h"

namespace argosy::chaos {
namespace {

constexpr int kClients = 6;
constexpr std::chrono::milliseconds kAnswerWithin{4'000}, kTryAgainAfter{200}, kLookAgain{100};
// While so many are not over, no more come: what the fleet could not keep up with it can finish at the end.
constexpr std::size_t kMostOpen = 300;
// Of so many orders one each: is not repeated when its answer is lost (unless it asks: only who knows its task can answer); names a
// repository that does not exist; is sent again after its 202.
constexpr std::int64_t kGivesUp = 12, kIsRefused = 40, kSaysItTwice = 16;

}  // namespace

ApiAnswer ask_api(const Stage& stage, const std::string& method, const std::string& path, const json::Value& body, http::Headers headers) {
  http::ClientRequest request;
  request.method = method;
  request.url = stage.api_url() + path;
  request.timeout = kAnswerWithin;
  request.headers = std::move(headers);
  if (!body.is_null()) {
    request.body = json::dump(body);
    request.headers["Content-Type"] = "application/json";
  }
  const auto answer = http::fetch(request);
  if (!answer) return {};
  const auto etag = answer->headers.find("ETag");
  return {static_cast<int>(answer->status), json::parse(answer->body).value_or(json::Value()),
          etag == answer->headers.end() ? "" : etag->second};
}

Clients::Clients(const Stage& stage, Book& book, double per_second)
    : stage_(stage),
      book_(book),
      every_(static_cast<std::int64_t>(1e9 / per_second)),
      next_at_(system_clock().boot_time()),
      running_(kClients) {
  for (int i = 0; i < kClients; ++i) threads_.emplace_back([this] { loop(); });
}

Clients::~Clients() { finish(std::chrono::milliseconds(0)); }

void Clients::finish(std::chrono::milliseconds patience) {
  no_more_.open();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return running_ == 0; });
  }
  give_up_.open();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Clients::loop() {
  while (wait_for_turn()) submit(book_.next());
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  changed_.notify_all();
}

// False when there is nothing more to order.
bool Clients::wait_for_turn() {
  std::chrono::nanoseconds mine;
  {
    const std::lock_guard lock(mutex_);
    mine = next_at_ = std::max(next_at_ + every_, system_clock().boot_time());
  }
  if (no_more_.wait_for(mine - system_clock().boot_time())) return false;
  while (book_.accepted() > stage_.receiver().tasks() + kMostOpen) {
    if (no_more_.wait_for(kLookAgain)) return false;
  }
  return true;
}

void Clients::submit(const Order& order) {
  const bool bad = order.number % kIsRefused == 1;
  const json::Object body{
      {"repository_id", bad ? "chaos/unknown" : Stage::kRepository},
      {"prompt", prompt_of(order)},
      {"change", json::Array{json::Object{{"op", "edit_file"}, {"path", "README"}, {"old_string", "orders"}, {"new_string", "done"}}}},
      {"notify", json::Array{json::Object{{"webhook", stage_.receiver().url()}}}}};
  const auto key = fmt::format("order-{}", order.number);
  bool once_more = order.number % kSaysItTwice == 2;
  do {
    const auto answer = ask_api(stage_, "POST", "/api/v1/tasks", body, {{"Idempotency-Key", key}});
    if (answer.status == 202) {
      book_.told(order, Request::Told::accepted, answer.body.string_or("task_id", ""));
      if (!once_more) return;
      once_more = false;
      continue;
    }
    // 409: the same key is under way; 429 and 5xx: later.
    const bool refused = answer.status >= 400 && answer.status < 500 && answer.status != 409 && answer.status != 429;
    book_.told(order, refused ? Request::Told::refused : Request::Told::unknown);
    if (refused || (order.number % kGivesUp == 3 && order.errand != Errand::asks && order.errand != Errand::replans)) return;
  } while (!give_up_.wait_for(kTryAgainAfter));
}

}  // namespace argosy::chaos
