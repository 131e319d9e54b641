#include "common/llm/calls/think.h"

#include <algorithm>
#include <array>
#include <utility>

namespace argosy::llm {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";
constexpr std::size_t kMostIndent = 64;      // before the mark; a text that begins with more is a text
constexpr std::size_t kMostHeldSpace = 256;  // at the end of thinking; the older white space belongs to it

using Marks = std::pair<std::string_view, std::string_view>;
constexpr std::array kMarks{Marks{"<think>", "</think>"}, Marks{"[THINK]", "[/THINK]"}};

}  // namespace

void ThinkSplitter::take(std::string_view piece, const Sink& sink) {
  if (state_ == State::text) return sink(false, piece);
  held_ += piece;
  while (step(sink)) {
  }
}

void ThinkSplitter::finish(const Sink& sink) {
  if (held_.empty()) return;
  if (state_ == State::thinking) {
    const auto last = held_.find_last_not_of(kWhiteSpace);
    if (last != std::string::npos) sink(true, std::string_view(held_).substr(0, last + 1));
  } else if (state_ != State::gap) {
    sink(false, held_);
  }
  held_.clear();
}

// True: the state changed, and what is held may be looked at again.
bool ThinkSplitter::step(const Sink& sink) {
  switch (state_) {
    case State::start:
      return start();
    case State::thinking:
      return think(sink);
    case State::gap:
      held_.erase(0, held_.find_first_not_of(kWhiteSpace));
      if (held_.empty()) return false;
      state_ = State::text;
      return true;
    case State::text:
      if (!held_.empty()) sink(false, std::exchange(held_, {}));
      return false;
  }
  return false;
}

bool ThinkSplitter::start() {
  const auto first = held_.find_first_not_of(kWhiteSpace);
  if (first == std::string::npos && held_.size() <= kMostIndent) return false;
  const auto text = first > kMostIndent ? std::string_view() : std::string_view(held_).substr(first);
  for (const auto& [begin, end] : kMarks) {
    if (text.starts_with(begin)) {
      end_mark_ = end;
      held_.erase(0, first + begin.size());
      state_ = State::thinking;
      return true;
    }
    if (!text.empty() && begin.starts_with(text)) return false;
  }
  state_ = State::text;
  return true;
}

bool ThinkSplitter::think(const Sink& sink) {
  if (!has_thought_) {
    held_.erase(0, held_.find_first_not_of(kWhiteSpace));
    has_thought_ = !held_.empty();
  }
  const auto end = held_.find(end_mark_);
  const bool ended = end != std::string::npos;
  std::size_t sure = ended ? end : held_.size();
  if (!ended) {
    // A beginning of the mark at the end stays, and so does the white space before it.
    for (std::size_t length = std::min(end_mark_.size() - 1, held_.size()); length > 0; --length) {
      if (!held_.ends_with(end_mark_.substr(0, length))) continue;
      sure -= length;
      break;
    }
  }
  const auto last = std::string_view(held_).substr(0, sure).find_last_not_of(kWhiteSpace);
  std::size_t said = last == std::string_view::npos ? 0 : last + 1;
  if (!ended && sure > said + kMostHeldSpace) said = sure - kMostHeldSpace;
  if (said > 0) sink(true, std::string_view(held_).substr(0, said));
  held_.erase(0, ended ? end + end_mark_.size() : said);
  if (ended) state_ = State::gap;
  return ended;
}

}  // namespace argosy::llm
