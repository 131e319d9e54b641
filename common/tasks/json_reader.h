// Reads one JSON object into a struct, strictly, and remembers the first thing that was wrong: used by change.cc (a user's request) and
// payloads.cc (what another worker wrote). One use, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::tasks {

class JsonReader {
 public:
  struct Problem {
    std::string pointer;  // RFC 6901, below where the reader began
    std::string message;
    bool missing = false;
  };

  // `value` must outlive the reader. `where` is put before every pointer.
  explicit JsonReader(const json::Value& value, std::string where = {});

  std::string string(std::string_view key);                            // must be there
  std::string string_or_empty(std::string_view key);                   // may be absent
  std::int64_t integer(std::string_view key);                          // must be there
  std::optional<std::int64_t> optional_integer(std::string_view key);  // may be absent or null
  bool boolean(std::string_view key);                                  // may be absent: false
  std::optional<double> optional_number(std::string_view key);         // may be absent or null
  std::vector<std::string> strings(std::string_view key);              // may be absent
  std::vector<std::int64_t> integers(std::string_view key);            // may be absent
  const json::Array& array(std::string_view key);                      // may be absent
  const json::Value& object(std::string_view key);                     // must be there; null when it is not an object
  const json::Value* optional_object(std::string_view key);            // may be absent; nullptr then, and when it is not an object
  // A member that nobody asked for is a mistake.
  void refuse_unknown();

  void fail(std::string_view key, std::string message);
  void fail_item(std::string_view key, std::size_t index, std::string message);  // of a list
  const std::optional<Problem>& problem() const { return problem_; }

 private:
  const json::Value* member(std::string_view key, bool required);
  std::string pointer_to(std::string_view key) const;

  const json::Value& value_;
  std::string where_;
  std::vector<const json::Value*> asked_;  // members that were there
  std::optional<Problem> problem_;
};

// The members of an array, each read by `read`; it may be absent.
template <class T, class Read>
std::vector<T> read_all(JsonReader& in, std::string_view key, Read&& read) {
  std::vector<T> all;
  for (const json::Value& item : in.array(key)) {
    JsonReader one(item, "/" + std::string(key) + "/" + std::to_string(all.size()));
    all.push_back(read(one));
    if (const auto& problem = one.problem()) {
      in.fail_item(key, all.size() - 1, problem->message);
      break;
    }
  }
  return all;
}

// Another worker wrote this, maybe of an older or newer version: members may be added, so unknown ones pass; missing ones do not.
template <class T, class Read>
Result<T> read_payload(std::string_view json_text, Read&& read) {
  ARGOSY_TRY(const json::Value value, json::parse(json_text));
  JsonReader in(value);
  T payload = read(in);
  if (const auto& problem = in.problem()) {
    return fail_user("payload_invalid",
                     "a step's data cannot be read: " + (problem->pointer.empty() ? "/" : problem->pointer) + ": " + problem->message);
  }
  return payload;
}

// `key` as a token of a JSON pointer: ~ and / escaped.
std::string pointer_token(std::string_view key);

}  // namespace argosy::tasks
