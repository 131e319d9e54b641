#include "common/llm/route/routed_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::ptrdiff_t kMostAtOnce = 2;       // tries of a hedged call
constexpr std::size_t kLongestHistory = 2'000;  // of a route's faults, in one message

// How much sooner than by the others another try may help; smaller is sooner.
std::pair<int, std::chrono::milliseconds> hopelessness(const Fault& fault) {
  const auto wait = fault.error.retry_after.value_or(std::chrono::milliseconds(0));
  if (rule_of(fault.kind).try_again) return {0, wait};
  if (fault.error.category == Category::transient) return {1, wait};
  if (fault.error.category == Category::code_logic) return {2, wait};
  return {3, wait};
}

Fault fault_of(Error error) {
  const auto rules = fault_rules();
  const auto rule = std::ranges::find(rules, error.code, &FaultRule::code);
  return {rule == rules.end() ? FaultKind::refused_request : rule->kind, std::move(error)};
}

}  // namespace

const RoutedParts::Target* RoutedParts::find(std::string_view name) const {
  const auto hit = std::ranges::find_if(targets, [&](const Target& one) { return one.entry->name == name; });
  return hit == targets.end() ? nullptr : &*hit;
}

Conditions RoutedParts::conditions() const {
  Conditions now{.checks = checks};
  for (const auto& [entry, model, gate, streams] : targets) {
    Lately lately{.first_byte = latencies.of(entry->name, clock.boot_time())};
    if (gate != nullptr) {
      const auto state = gate->state();
      lately.breaker = state.breaker;
      lately.opens_in = std::chrono::ceil<std::chrono::milliseconds>(state.probe_in);
    }
    now.lately.emplace(entry->name, lately);
  }
  return now;
}

void RoutedCall::post(std::function<void()> what) {
  const auto self = shared_from_this();
  turns_.run(std::move(what));
}

void RoutedCall::start(std::shared_ptr<const Request> request) {
  post([this, request = std::move(request)]() mutable { begin(std::move(request)); });
}

void RoutedCall::begin(std::shared_ptr<const Request> request) {
  request_ = std::move(request);
  if (options_.stop.stop_requested())
    return finish({.answer = {}, .fault = make_fault(FaultKind::cancelled, "the call was cancelled before a model was asked")}, nullptr);
  auto need = need_of(*request_, options_);
  if (!need) return finish({.answer = {}, .fault = fault_of(std::move(need.error()))}, nullptr);
  need_ = std::move(*need);
  auto decision = route(parts_->catalogue, need_, parts_->conditions());
  if (!decision) return finish({.answer = {}, .fault = fault_of(std::move(decision.error()))}, nullptr);
  decision_ = std::make_shared<const RouteDecision>(std::move(*decision));
  for (const auto& candidate : decision_->in_turn)
    if (const auto* target = parts_->find(candidate.model)) in_turn_.push_back(target);
  on_stop_.emplace(options_.stop, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->post([call = self.get()] { call->stop_all(); });
  });
  ask(0);
}

// The next one whom no fault so far speaks against; nothing: nobody is left.
std::optional<std::size_t> RoutedCall::next() const {
  for (std::size_t i = asked_; i < in_turn_.size(); ++i) {
    const bool may = std::ranges::all_of(faults_, [&](const auto& fault) {
      return may_follow(rule_of(fault.second.kind).another_model, *fault.first, *in_turn_[i]->entry, need_);
    });
    if (may) return i;
  }
  return std::nullopt;
}

void RoutedCall::ask(std::size_t candidate) {
  asked_ = candidate + 1;
  const auto* target = in_turn_[candidate];
  Try& which = tries_.emplace_back(target);
  CallOptions options = options_;
  options.stop = which.stop.get_token();
  options.stream = options.stream && target->streams;
  options.on_restart = {};
  options.on_delta = {};
  // Weak: whoever keeps the options for longer than the call keeps nothing of it.
  if (options_.on_delta || decision_->hedge_after)
    options.on_delta = [weak = weak_from_this(), &which](Delta kind, std::string_view text) {
      if (const auto self = weak.lock())
        self->post([call = self.get(), &which, kind, text = std::string(text)] { call->piece(which, kind, text); });
    };
  if (decision_->hedge_after)
    parts_->after(*decision_->hedge_after, [weak = weak_from_this(), &which] {
      if (const auto self = weak.lock()) self->post([call = self.get(), &which] { call->hedge(which); });
    });
  target->model->start(request_, std::move(options), [self = shared_from_this(), &which](CallResult result) {
    self->post([call = self.get(), &which, result = std::move(result)]() mutable { call->tried(which, std::move(result)); });
  });
}

void RoutedCall::hedge(const Try& waited_for) {
  if (is_finished_ || !waited_for.is_running || waited_for.has_begun || options_.stop.stop_requested()) return;
  if (std::ranges::count(tries_, true, &Try::is_running) >= kMostAtOnce) return;
  if (const auto candidate = next()) ask(*candidate);
}

void RoutedCall::piece(Try& from, Delta kind, const std::string& text) {
  if (is_finished_ || !from.is_running) return;
  from.has_begun = true;
  if (!options_.on_delta) return;
  if (watched_ == nullptr) watched_ = &from;
  if (watched_ != &from) {
    from.unseen.emplace_back(kind, text);
    return;
  }
  has_shown_ = true;
  options_.on_delta(kind, text);
}

void RoutedCall::tried(Try& which, CallResult result) {
  which.is_running = false;
  if (is_finished_) return;
  is_billed_ = is_billed_ || result.may_be_billed;
  if (result.first_byte) parts_->latencies.learn(which.target->entry->name, *result.first_byte, parts_->clock.boot_time());
  if (result.fault) return failed(which, std::move(result));
  if (watched_ != &which) watch(which);
  finish(std::move(result), which.target->entry);
}

void RoutedCall::failed(Try& which, CallResult result) {
  const ModelEntry* model = which.target->entry;
  const Fault& fault = *result.fault;
  faults_.emplace_back(model, fault);
  const bool is_final = rule_of(fault.kind).another_model == AnotherModel::no || options_.stop.stop_requested();
  if (is_final) return finish(std::move(result), model);
  if (!most_hopeful_ || hopelessness(fault) < hopelessness(*most_hopeful_->fault)) {
    most_hopeful_ = std::move(result);
    hope_ = model;
  }
  which.unseen.clear();
  Try* other = running();
  const auto candidate = other == nullptr ? next() : std::nullopt;
  if (other == nullptr && !candidate) return finish(std::move(*most_hopeful_), hope_);
  if (watched_ == &which) {
    restart();
    watched_ = nullptr;
    if (other != nullptr && !other->unseen.empty()) watch(*other);
  }
  if (candidate) ask(*candidate);
}

// Shows what came of it so far in the place of anybody else's.
void RoutedCall::watch(Try& which) {
  restart();
  watched_ = &which;
  for (const auto& [kind, text] : std::exchange(which.unseen, {})) {
    has_shown_ = true;
    options_.on_delta(kind, text);
  }
}

void RoutedCall::restart() {
  if (std::exchange(has_shown_, false) && options_.on_restart) options_.on_restart();
}

RoutedCall::Try* RoutedCall::running() {
  const auto hit = std::ranges::find(tries_, true, &Try::is_running);
  return hit == tries_.end() ? nullptr : &*hit;
}

void RoutedCall::stop_all() {
  for (auto& one : tries_)
    if (one.is_running) one.stop.request_stop();
}

void RoutedCall::finish(CallResult result, const ModelEntry* model) {
  is_finished_ = true;
  on_stop_.reset();
  result.tries = std::max(1, static_cast<int>(tries_.size()));
  // Who lost the race was asked, too.
  result.may_be_billed = result.may_be_billed || is_billed_ || running() != nullptr;
  if (model != nullptr) result.model = model->name;
  result.route = decision_;
  if (result.fault && faults_.size() > 1) {
    std::string all;
    for (const auto& [failed, fault] : faults_) all += fmt::format("{}{}: {}", all.empty() ? "" : "; ", failed->name, fault.error.message);
    result.fault->error.message = text::ellipsize(all, kLongestHistory);
  }
  stop_all();
  request_.reset();
  options_ = {};
  const OnDone done = std::move(done_);
  done(std::move(result));
}

}  // namespace argosy::llm
