#include "common/llm/scripted/tape/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::size_t kBefore = 20, kQuoted = 80;  // bytes of the place where two texts part
constexpr std::size_t kLikeMessage = 100;          // one message in common outweighs all the rest

const json::Value& request_of(const json::Object& question) {
  static const json::Value none;
  const auto* request = question.find("request");
  return request == nullptr ? none : *request;
}

const json::Array& messages_of(const json::Object& question) { return request_of(question).array_or_empty("messages"); }

std::size_t common_messages(const json::Object& one, const json::Object& other) {
  const auto& mine = messages_of(one);
  const auto& theirs = messages_of(other);
  return static_cast<std::size_t>(std::ranges::mismatch(mine, theirs).in1 - mine.begin());
}

std::string cited(std::string_view text, std::size_t around) {
  std::size_t from = around - std::min(around, kBefore);
  while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) --from;
  return (from > 0 ? "…" : "") + text::ellipsize(text.substr(from), kQuoted);
}

std::string parting(std::string_view what, const json::Value& recorded, const json::Value& asked) {
  const std::string theirs = json::canonical(recorded), mine = json::canonical(asked);
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(theirs, mine).in1 - theirs.begin());
  return fmt::format("{} from byte {} on: recorded {} but asked {}", what, at, cited(theirs, std::min(at, theirs.size() - 1)),
                     cited(mine, std::min(at, mine.size() - 1)));
}

std::string message_difference(const json::Object& recorded, const json::Object& asked) {
  const auto& theirs = messages_of(recorded);
  const auto& mine = messages_of(asked);
  const auto at = common_messages(recorded, asked);
  if (at == theirs.size() && at == mine.size()) return {};
  if (at == theirs.size() || at == mine.size()) return fmt::format("{} messages recorded but {} asked", theirs.size(), mine.size());
  return parting(fmt::format("message {} of {} ({})", at + 1, mine.size(), mine[at].string_or("role", "?")), theirs[at], mine[at]);
}

// All members of the request but its messages.
std::set<std::string> parameters_of(const json::Object& question) {
  std::set<std::string> names;
  if (!request_of(question).is_object()) return names;
  for (const auto& [name, value] : request_of(question).as_object())
    if (name != "messages") names.insert(name);
  return names;
}

const json::Value& member(const json::Object& question, const std::string& name) {
  static const json::Value none;
  const auto* found = request_of(question).find(name);
  return found == nullptr ? none : *found;
}

}  // namespace

std::size_t likeness(const json::Object& recorded, const json::Object& asked) {
  std::size_t like = common_messages(recorded, asked) * kLikeMessage;
  if (messages_of(recorded).size() == messages_of(asked).size()) ++like;
  if (recorded.find("model") != nullptr && asked.find("model") != nullptr && *recorded.find("model") == *asked.find("model")) ++like;
  for (const auto& name : parameters_of(asked)) like += member(recorded, name) == member(asked, name) ? 1 : 0;
  return like;
}

std::string difference(const json::Object& recorded, const json::Object& asked) {
  std::vector<std::string> found;
  const json::Value theirs(recorded), mine(asked);
  if (theirs.string_or("model", "") != mine.string_or("model", ""))
    found.push_back(fmt::format("model {} recorded but {} asked", theirs.string_or("model", "?"), mine.string_or("model", "?")));
  if (auto messages = message_difference(recorded, asked); !messages.empty()) found.push_back(std::move(messages));
  auto names = parameters_of(recorded);
  names.merge(parameters_of(asked));
  for (const auto& name : names)
    if (member(recorded, name) != member(asked, name)) found.push_back(parting(name, member(recorded, name), member(asked, name)));
  return text::join(found, "; ");
}

}  // namespace argosy::llm
