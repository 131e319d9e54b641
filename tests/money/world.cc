#include "tests/money/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/llm/money/cost.h"

namespace argosy::money {
namespace {

using store::Budget;
using store::BudgetPeriod;
using store::BudgetScope;

constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr std::int64_t kLifetime = 10 * kMinute;
constexpr int kEvents = 36;  // of a run
constexpr const char* kUsers[] = {"ann", "bob"};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Ids that the seed decides.
template <class Id>
Id id_from(std::mt19937_64& random) {
  Id id;
  for (auto& byte : id.uuid.bytes) byte = static_cast<std::uint8_t>(random());
  return id;
}

}  // namespace

World::World(Ground& ground, std::uint64_t seed, Say say) : ground_(ground), seed_(seed), say_(std::move(say)), random_(seed) {
  for (int i = 0; i < 2; ++i) orgs_.push_back(id_from<OrgId>(random_));
  for (int i = 0; i < 4; ++i) tasks_.push_back(id_from<TaskId>(random_));
  make_models();
  processes_.resize(static_cast<std::size_t>(between(2, 6)));
}

void World::make_models() {
  for (int i = 0; i < 3; ++i) {
    const llm::Prices prices{.input = between(1, 5 * kUsd),
                             .cache_read = between(0, kUsd),
                             .cache_write = between(0, 8 * kUsd),
                             .output = between(1, 20 * kUsd)};
    models_.push_back({.name = fmt::format("model-{}", i), .prices = prices});
  }
  if (chance(30)) models_.back().prices.reset();
}

Findings World::run() {
  try {
    live();
  } catch (const std::exception& thrown) {
    mismatch(thrown.what());
  }
  return findings_;
}

void World::live() {
  ground_.begin_run(seed_, between(0, 30 * kDay));
  expected_.caps = {{.scope = BudgetScope::task, .period = BudgetPeriod::total, .max_money = 5 * kUsd}};
  for (auto n = between(1, 4); n > 0; --n) change_a_cap();
  for (int event = 0; event < kEvents; ++event) {
    const auto what = random_() % 100;
    if (what < 12)
      pass_time();
    else if (what < 18)
      expire();
    else if (what < 20)
      change_a_cap();
    else
      step(processes_[random_() % processes_.size()]);
  }
  ground_.set_clock(ground_.now() + kLifetime + kMinute);
  expire();
  compare_rows();
  compare_accounts();
}

// Of any kind, mostly small enough to be felt; or takes one away.
void World::change_a_cap() {
  if (expected_.caps.size() > 1 && chance(20)) {
    const auto at = expected_.caps.begin() + between(1, static_cast<std::int64_t>(expected_.caps.size()) - 1);
    must(store::remove_budget(ground_.db(), *at));
    expected_.caps.erase(at);
    return;
  }
  Budget cap{.scope = static_cast<BudgetScope>(random_() % 4)};
  cap.period = cap.scope == BudgetScope::task ? BudgetPeriod::total : chance(50) ? BudgetPeriod::day : BudgetPeriod::month;
  if (cap.scope != BudgetScope::all && chance(70)) cap.org = orgs_[random_() % orgs_.size()];
  if (cap.scope == BudgetScope::user && cap.org != OrgId{} && chance(50)) cap.who = kUsers[random_() % 2];
  if (cap.scope == BudgetScope::task && chance(50)) cap.who = tasks_[random_() % tasks_.size()].to_string();
  if (!chance(10)) cap.max_money = between(0, kUsd / 2);
  if (chance(30)) cap.max_tokens = between(0, 60'000);
  must(store::set_budget(ground_.db(), cap));
  std::erase_if(expected_.caps, [&](const Budget& one) {
    return one.scope == cap.scope && one.period == cap.period && one.org == cap.org && one.who == cap.who;
  });
  // The one for every task stays in front: it is never taken away.
  const bool of_every_task = cap.scope == BudgetScope::task && cap.org == OrgId{} && cap.who.empty();
  expected_.caps.insert(of_every_task ? expected_.caps.begin() : expected_.caps.end(), cap);
  say_(fmt::format("cap {} {} of {}{}: {} USD", to_string(cap.scope), to_string(cap.period),
                   cap.org == OrgId{} ? "each" : cap.org.to_string(), cap.who, cap.max_money ? usd_text(*cap.max_money) : "any"));
}

void World::step(Process& process) {
  if (process.stage != Stage::idle && chance(6)) return die(process);
  switch (process.stage) {
    case Stage::idle:
      return name_a_call(process);
    case Stage::named:
      return reserve(process);
    case Stage::held:
      return send(process);
    case Stage::sent:
      return receive(process);
    case Stage::received: {
      const auto real = llm::real_cost(models_[process.model], process.usage, process.complete, call_of(process).worst);
      settle(process, real, process.usage);
      return;
    }
  }
}

// What it held stays held; what it had not sent is never billed.
void World::die(Process& process) {
  say_(fmt::format("a process dies with {}", call_of(process).name));
  if (process.stage == Stage::held) call_of(process).may_cost = {};
  process.stage = Stage::idle;
}

void World::name_a_call(Process& process) {
  process.model = random_() % models_.size();
  process.bytes = between(100, 20'000);
  process.max_output = between(1, 4'000);
  const auto& model = models_[process.model];
  const auto worst = llm::worst_case(model, {.input_tokens = process.bytes, .output_tokens = process.max_output});
  if (worst.has_value() != model.prices.has_value()) mismatch("a model without a price was not refused");
  if (!worst) return;
  const auto task = random_() % tasks_.size();
  process.call = expected_.calls.size();
  expected_.calls.push_back({.name = fmt::format("{}-{}-{}", ground_.now(), seed_, expected_.calls.size()),
                             .org = orgs_[task % 2],
                             .user = kUsers[random_() % 2],
                             .task = tasks_[task],
                             .worst = *worst});
  process.stage = Stage::named;
}

// Together with others that are as far, as the processes of one machine do.
void World::reserve(Process& first) {
  std::vector<Process*> together{&first};
  for (auto& other : processes_)
    if (&other != &first && other.stage == Stage::named && chance(50)) together.push_back(&other);
  std::vector<store::Reservation> wanted;
  for (const auto* process : together) {
    const auto& call = call_of(*process);
    wanted.push_back({.call = call.name,
                      .org = call.org,
                      .user = call.user,
                      .step = {call.task, 1},
                      .model = models_[process->model].name,
                      .money = call.worst.money,
                      .tokens = call.worst.tokens,
                      .lifetime_ms = kLifetime});
  }
  auto answers = must(store::reserve_spending(ground_.db(), wanted));
  for (std::size_t i = 0; i < together.size(); ++i) {
    auto& call = call_of(*together[i]);
    const bool room = expected_.has_room(call, ground_.now());
    say_(fmt::format("reserve {} {} USD: {}", call.name, usd_text(call.worst.money), answers[i] ? "held" : answers[i].error().message));
    if (answers[i] && !room) over_cap(call.name + " was held without room");
    if (!answers[i] && room) mismatch(call.name + " was refused in spite of room: " + answers[i].error().message);
    const bool passes = expected_.may_have_room_later(call, ground_.now());
    if (!answers[i] && (answers[i].error().category == Category::transient) != passes)
      mismatch(fmt::format("{} is told to {}: {}", call.name, passes ? "give up" : "wait", answers[i].error().message));
    together[i]->stage = answers[i] ? Stage::held : Stage::idle;
    if (!answers[i]) continue;
    call.state = Call::State::held;
    call.charge = call.may_cost = call.worst;
    call.reserved_at = ground_.now();
    call.expires_at = ground_.now() + kLifetime;
    if (!expected_.is_safe(call, ground_.now())) over_cap(call.name + " may take the bill past a cap");
  }
  if (!chance(8)) return;
  // The answer was lost, and the call is repeated.
  std::vector<store::Reservation> again;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (answers[i]) again.push_back(wanted[i]);
  for (const auto& answer : must(store::reserve_spending(ground_.db(), again)))
    if (!answer) mismatch("a repeated reservation was refused: " + answer.error().message);
}

void World::send(Process& process) {
  auto& call = call_of(process);
  if (chance(8)) {  // it never got there, and that is certain
    call.may_cost = {};
    return settle(process, {}, {});
  }
  process.usage = vendor_.serve(call.name, models_[process.model], process.bytes, process.max_output);
  call.may_cost = {.money = vendor_.bill_of(call.name), .tokens = vendor_.tokens_of(call.name)};
  if (call.may_cost.money > call.worst.money || call.may_cost.tokens > call.worst.tokens)
    over_cap(call.name + " cost more than its worst case");
  process.stage = Stage::sent;
}

// Streams break, and usage is left out: then nobody knows, and the worst is charged. The caller falls back to another call.
void World::receive(Process& process) {
  if (chance(12)) return settle(process, call_of(process).worst, {});
  if (chance(6)) process.usage.output.reset();
  if (chance(6)) process.usage = {};
  process.complete = !chance(6);
  if (!process.complete && process.usage.output) process.usage.output = 1;  // counted before it was made
  process.stage = Stage::received;
}

void World::settle(Process& process, const llm::Spend& real, const llm::Usage& usage) {
  auto& call = call_of(process);
  settle_once(call, real, usage);
  say_(fmt::format("settle {} {} USD", call.name, usd_text(real.money)));
  call.state = Call::State::settled;
  call.charge = real;
  if (chance(10)) settle_once(call, {.money = real.money / 2 + 1, .tokens = 1}, {});
  process.stage = Stage::idle;
}

void World::settle_once(const Call& call, const llm::Spend& real, const llm::Usage& usage) {
  const store::Settlement done{.call = call.name,
                               .money = real.money,
                               .tokens = real.tokens,
                               .input = usage.input,
                               .cached = usage.cached,
                               .cache_written = usage.cache_written,
                               .output = usage.output,
                               .reasoning = usage.reasoning};
  if (const auto answer = must(store::settle_spending(ground_.db(), {&done, 1})).at(0); !answer)
    mismatch("a settle was refused: " + answer.error().message);
}

void World::pass_time() {
  constexpr std::int64_t kSteps[] = {kMinute, kLifetime + 1, 5 * kHour, kDay};
  ground_.set_clock(ground_.now() + kSteps[random_() % std::size(kSteps)]);
}

void World::expire() {
  std::size_t due = 0;
  for (auto& call : expected_.calls) {
    if (call.state != Call::State::held || call.expires_at >= ground_.now()) continue;
    call.state = Call::State::expired;
    ++due;
  }
  if (const auto done = must(store::expire_spending(ground_.db())); done != due)
    mismatch(fmt::format("{} expired instead of {}", done, due));
}

}  // namespace argosy::money
