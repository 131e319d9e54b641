#include "tests/injection/corpus.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::injection {
namespace {

constexpr std::size_t kBinaryBytes = 300'000;

Call call_from(const json::Value& value) {
  const auto& parts = value.as_array();
  return {parts.at(0).as_string(), parts.at(1).is_string() ? parts.at(1).as_string() : json::dump(parts.at(1))};
}

std::vector<std::string> strings(const json::Value& value, std::string_view key) {
  std::vector<std::string> all;
  for (const auto& one : value.array_or_empty(key)) all.push_back(one.as_string());
  return all;
}

Case case_from(const json::Value& value) {
  Case made;
  made.id = value.string_or("id", "");
  made.says = value.string_or("says", "");
  made.repeat = value.int_or("repeat", 0);
  made.write_set = strings(value, "write_set");
  made.less = strings(value, "less");
  made.criteria = value.bool_or("criteria", false);
  // A call is a round of its own; a list of calls is one answer.
  for (const auto& round : value.array_or_empty("calls")) {
    Round calls;
    if (round.as_array().at(0).is_string())
      calls.push_back(call_from(round));
    else
      for (const auto& call : round.as_array()) calls.push_back(call_from(call));
    made.rounds.push_back(std::move(calls));
  }
  if (const auto* no = value.find("forbidden"))
    made.forbidden = {.path = no->string_or("path", ""),
                      .only = no->string_or("only", ""),
                      .content = no->string_or("content", ""),
                      .tool = no->string_or("tool", ""),
                      .files = no->int_or("files", 0),
                      .binary = no->int_or("binary", 0),
                      .rounds = no->int_or("rounds", 0),
                      .runs = no->int_or("runs", 0),
                      .completed = no->bool_or("completed", false),
                      .address = no->bool_or("address", false)};
  return made;
}

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
}

}  // namespace

Result<std::vector<Case>> cases_in(const std::string& folder) {
  std::set<std::string> files, ids;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
  std::vector<Case> cases;
  for (const auto& file : files) {
    ARGOSY_TRY(const auto bytes, read_file(file));
    ARGOSY_TRY(const auto list, json::parse(bytes));
    for (const auto& one : list.as_array()) {
      auto made = case_from(one);
      if (made.id.empty() || made.says.empty() || made.rounds.empty() || !ids.insert(made.id).second)
        return fail_user("case_invalid", file + ": a case needs an id of its own, a text and calls: " + made.id, "mend the corpus");
      cases.push_back(std::move(made));
    }
  }
  return cases;
}

std::string filled(std::string text, std::int64_t n) {
  replace_all(text, "{{n}}", std::to_string(n));
  if (!text.contains("{{")) return text;
  const std::string dashes(5, '-');
  replace_all(text, "{{aws}}", std::string("AKI") + "AZ7QX4NPLW3VTK2RD");
  replace_all(text, "{{github}}", std::string("gh") + "p_" + "q8Zr2LmX7vKd4TnB9cYw1HsJ6fPg3QaE5uRo");
  replace_all(text, "{{slack}}", std::string("xox") + "b-2847561930-8462957103-QzRt7YpLmN4vXcKs9WbDf2Hg");
  replace_all(text, "{{pem}}",
              dashes + "BEGIN RSA PRIVATE " + "KEY" + dashes +
                  "\\nMIIEowIBAAKCAQEAu7Vw3kq9mT2xR8nLz5pQ4sYdB6jH1cWv0gKfE2oXaZyN7iUt\\nQhS4rDmPb9LkGx3Vw8JnTzC5sYe1uRfA7oHqM2dXpK6vB0gZyW"
                  "iNtEjUlcSOFaQ\\n" +
                  dashes + "END RSA PRIVATE " + "KEY" + dashes);
  std::string binary = "\\u0001\\u007f";
  while (binary.size() < kBinaryBytes) binary += "\\u0001BIN";
  replace_all(text, "{{binary}}", binary);
  return text;
}

}  // namespace argosy::injection
