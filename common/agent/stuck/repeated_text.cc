#include <algorithm>
#include <unordered_map>

#include "common/agent/stuck/steps.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxLooked = 200'000;  // bytes at the message's end: circles do not stop by themselves
constexpr std::size_t kMaxDistance = 500;    // from one to the next, on the mean
constexpr std::size_t kLeastSpan = 300;      // from the first to the end of the last: a row of one letter is no circle
constexpr double kMostOfIt = 0.4;            // of the text between first and last must be pieces that stand there again
constexpr std::string_view kFence = "```";

// What is not said but shown often repeats itself rightly. An open fence is no reason: a circle never closes it.
std::string spoken(std::string_view message) {
  std::string out;
  std::size_t fence = std::string::npos;  // where the open one begins in `out`
  for (const auto line : text::lines(message)) {
    const auto trimmed = text::trim(line);
    if (trimmed.starts_with(kFence)) {
      if (fence == std::string::npos) {
        fence = out.size();
      } else {
        out.resize(fence);
        fence = std::string::npos;
      }
      continue;
    }
    const bool says = std::ranges::any_of(line, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || std::isalpha(c) != 0; });
    if (!says || trimmed.starts_with('|')) continue;
    out.append(line).append("\n");
  }
  return out;
}

// Of all pieces between two places the share that stands there at least twice.
double share_repeated(std::string_view text) {
  std::unordered_map<std::string_view, std::size_t> count;
  std::size_t all = 0, again = 0;
  for (std::size_t at = 0; at + kRepeatedPiece <= text.size(); ++at, ++all) ++count[text.substr(at, kRepeatedPiece)];
  for (const auto& [piece, times] : count) again += times > 1 ? times : 0;
  return all == 0 ? 0 : static_cast<double>(again) / static_cast<double>(all);
}

}  // namespace

bool repeats_itself(std::string_view message) {
  if (message.size() > kMaxLooked) message.remove_prefix(message.size() - kMaxLooked);
  const std::string text = spoken(message);
  struct Seen {
    std::size_t first = 0, last = 0, times = 0;
  };
  std::unordered_map<std::string_view, Seen> pieces;
  for (std::size_t at = 0; at + kRepeatedPiece <= text.size(); ++at) {
    auto& seen = pieces[std::string_view(text).substr(at, kRepeatedPiece)];
    // Far from the one before, another run begins.
    if (seen.times == 0 || at - seen.last > 2 * kMaxDistance) seen = {.first = at};
    seen.last = at;
    ++seen.times;
    const auto span = seen.last + kRepeatedPiece - seen.first;
    if (seen.times < kRepetitions || span < kLeastSpan) continue;
    if (span <= seen.times * kMaxDistance && share_repeated(std::string_view(text).substr(seen.first, span)) >= kMostOfIt) return true;
    seen = {.first = at, .last = at, .times = 1};
  }
  return false;
}

}  // namespace argosy::agent
