// Every reachable state of a small model, breadth first: the first broken invariant comes with a shortest way to it. A model has
//   State      trivially copyable, without padding: states are told apart by their bytes
//   initial(); successors(state, list), which puts the state after each possible move into a list
//   canonical(state), the same for states that differ by names only; violation(state), nullptr while all holds; done(state)
// Afterwards every state must still have a way to one that is done, over moves that the system makes by itself: no fault, no person. One
// thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace argosy::model {

// What happened between two states, for people: `what` is a text that lives as long as the program.
struct Action {
  const char* what = "";
  std::int8_t who = -1, step = -1;
  bool live = true;  // the system does it by itself; false for faults and for what people do
};

template <class State>
struct Next {
  Action action;
  State state;
};

struct Report {
  std::size_t states = 0, moves = 0;
  std::optional<std::string> violation;
  std::uint32_t at = 0;  // the state that violates
};

// A model that grows past this is too large to be checked in passing: make it smaller.
inline constexpr std::size_t kMaxStates = 6'000'000;

template <class Model>
class Explorer {
 public:
  using State = typename Model::State;
  static_assert(std::has_unique_object_representations_v<State>);

  explicit Explorer(const Model& model) : model_(model), table_(std::size_t{1} << 16, kNone) {}

  Report run() {
    add(model_.canonical(model_.initial()), kNone);
    std::vector<Next<State>> nexts;
    for (std::uint32_t at = 0; at < states_.size(); ++at) {
      if (const char* broken = model_.violation(states_[at])) return report(broken, at);
      nexts.clear();
      model_.successors(states_[at], nexts);
      first_.push_back(static_cast<std::uint32_t>(live_.size()));
      for (const auto& next : nexts) {
        const auto to = add(model_.canonical(next.state), at);
        ++moves_;
        if (next.action.live && to != at) live_.push_back(to);
      }
    }
    first_.push_back(static_cast<std::uint32_t>(live_.size()));
    if (const auto lost = stuck()) return report("lost: by itself the system reaches no end from here any more", *lost);
    return {.states = states_.size(), .moves = moves_, .violation = {}, .at = 0};
  }

  // A shortest way from the start to `at`, in terms of one run: the names that canonical() gave away stay what they were.
  std::vector<Next<State>> way_to(std::uint32_t at) const {
    std::vector<std::uint32_t> path;
    for (auto i = at; i != kNone; i = parents_[i]) path.push_back(i);
    std::vector<Next<State>> way{{.action = {"start"}, .state = model_.initial()}};
    std::vector<Next<State>> nexts;
    for (auto i = path.rbegin() + 1; i != path.rend(); ++i) {
      nexts.clear();
      model_.successors(way.back().state, nexts);
      for (const auto& next : nexts) {
        if (!same(model_.canonical(next.state), states_[*i])) continue;
        way.push_back(next);
        break;
      }
      if (way.size() != static_cast<std::size_t>(i - path.rbegin()) + 1)
        throw std::logic_error("canonical() tells states apart by their names");
    }
    return way;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  static bool same(const State& a, const State& b) { return std::memcmp(&a, &b, sizeof(State)) == 0; }

  static std::size_t hash(const State& state) {
    std::uint64_t words[(sizeof(State) + 7) / 8] = {};
    std::memcpy(words, &state, sizeof(State));
    std::uint64_t h = 0x9e3779b97f4a7c15ULL;
    for (const auto word : words) {
      h = (h ^ word) * 0xff51afd7ed558ccdULL;
      h ^= h >> 32;
    }
    return h;
  }

  std::uint32_t add(const State& state, std::uint32_t parent) {
    if (states_.size() * 2 >= table_.size()) grow();
    auto& place = table_[find(state)];
    if (place != kNone) return place;
    if (states_.size() == kMaxStates) throw std::runtime_error("the model has more states than it may");
    place = static_cast<std::uint32_t>(states_.size());
    states_.push_back(state);
    parents_.push_back(parent);
    return place;
  }

  std::size_t find(const State& state) const {
    const auto mask = table_.size() - 1;
    auto at = hash(state) & mask;
    while (table_[at] != kNone && !same(states_[table_[at]], state)) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    table_.assign(table_.size() * 4, kNone);
    for (std::uint32_t i = 0; i < states_.size(); ++i) table_[find(states_[i])] = i;
  }

  // The first state without a way to the end, walking the live moves backwards from all ends.
  std::optional<std::uint32_t> stuck() const {
    const auto count = states_.size();
    std::vector<std::uint32_t> begin(count + 1), from(live_.size());
    for (const auto to : live_) ++begin[to + 1];
    for (std::size_t i = 0; i < count; ++i) begin[i + 1] += begin[i];
    auto fill = begin;
    for (std::uint32_t i = 0; i < count; ++i) {
      for (auto move = first_[i]; move < first_[i + 1]; ++move) from[fill[live_[move]]++] = i;
    }
    std::vector<bool> safe(count);
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!model_.done(states_[i])) continue;
      safe[i] = true;
      open.push_back(i);
    }
    while (!open.empty()) {
      const auto at = open.back();
      open.pop_back();
      for (auto i = begin[at]; i < begin[at + 1]; ++i) {
        if (safe[from[i]]) continue;
        safe[from[i]] = true;
        open.push_back(from[i]);
      }
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!safe[i]) return i;
    }
    return std::nullopt;
  }

  Report report(const char* violation, std::uint32_t at) const {
    return {.states = states_.size(), .moves = moves_, .violation = violation, .at = at};
  }

  const Model& model_;
  std::vector<State> states_;
  std::vector<std::uint32_t> parents_, table_;
  std::vector<std::uint32_t> first_, live_;  // of state i: live_[first_[i]] to live_[first_[i + 1]], where its live moves lead
  std::size_t moves_ = 0;
};

}  // namespace argosy::model
