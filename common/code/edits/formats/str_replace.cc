#include <array>
#include <span>

#include "common/code/edits/formats/formats.h"
#include "common/core/json.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMaxWrappers = 4;  // objects around an edit: a list in a tool call in a list

using Names = std::span<const std::string_view>;
constexpr auto kPath = std::to_array<std::string_view>({"path", "file_path", "filepath", "filename", "file"});
constexpr auto kOld = std::to_array<std::string_view>({"old_string", "old_str", "old_text", "old", "search"});
constexpr auto kNew = std::to_array<std::string_view>({"new_string", "new_str", "new_text", "new", "replace"});
constexpr auto kContent = std::to_array<std::string_view>({"content", "file_text"});
constexpr auto kWrappers =
    std::to_array<std::string_view>({"edits", "function", "arguments", "input", "parameters", "changes", "replacements"});

const json::Value* member(const json::Value& object, Names names) {
  for (const auto name : names)
    if (const auto* value = object.find(name)) return value;
  return nullptr;
}

// The end of the JSON value that begins at `at`, by its brackets; npos when the text ends before.
std::size_t end_of_json(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool in_string = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\')
        ++at;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0 || --depth == 0) return at + 1;
    }
  }
  return std::string_view::npos;
}

// Line ends written as such within strings: not JSON, but what models write. Everything else stays as it is.
std::string with_escaped_lines(std::string_view text) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\' && i + 1 < text.size()) {
      out += c;
      out += text[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\n')
      out += "\\n";
    else if (in_string && c == '\r')
      out += "\\r";
    else if (in_string && c == '\t')
      out += "\\t";
    else
      out += c;
  }
  return out;
}

std::string plain_ends(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  return out;
}

class Reader {
 public:
  explicit Reader(const Answer& answer) : answer_(answer) {}

  EditList read() {
    const auto text = answer_.text();
    std::size_t at = start(0);
    while (at != std::string_view::npos) {
      const auto end = end_of_json(text, at);
      if (end == std::string_view::npos) {
        ++number_;
        problem("", "answer_incomplete", "the JSON at byte " + std::to_string(at) + " has no end: send it again, whole");
        break;
      }
      one_text(text.substr(at, end - at), "", 0);
      at = start(end);
    }
    return std::move(list_);
  }

 private:
  // A bracket that begins a line, white space apart: in prose and code others stand.
  std::size_t start(std::size_t from) const {
    const auto text = answer_.text();
    for (auto at = text.find_first_of("{[", from); at != std::string_view::npos; at = text.find_first_of("{[", at + 1)) {
      const auto before = text.find_last_not_of(" \t", at == 0 ? 0 : at - 1);
      const bool first =
          at == 0 || before == std::string_view::npos || text[before] == '\n' || (before <= from && from > 0) || text[before] == ',';
      const auto next = text.find_first_not_of(" \t\r\n", at + 1);
      if (first && next != std::string_view::npos && (text[next] == '"' || text[next] == '{' || text[next] == '[')) return at;
    }
    return std::string_view::npos;
  }

  void problem(std::string path, std::string reason, std::string hint) {
    list_.problems.push_back({.path = std::move(path), .reason = std::move(reason), .hint = std::move(hint), .number = number_});
  }

  void one_text(std::string_view text, const std::string& outer_path, std::size_t depth) {
    const json::ParseLimits limits{.max_bytes = 2 * kMaxAnswerBytes, .max_depth = 16};
    auto value = json::parse(text, limits);
    if (!value) value = json::parse(with_escaped_lines(text), limits);
    if (!value) {
      ++number_;
      return problem("", "malformed", "this is not JSON: " + value.error().message);
    }
    one_value(*value, outer_path, depth);
  }

  void one_value(const json::Value& value, const std::string& outer_path, std::size_t depth) {
    if (depth > kMaxWrappers) return;
    if (value.is_array()) {
      for (const auto& item : value.as_array()) one_value(item, outer_path, depth + 1);
      return;
    }
    const auto* path = member(value, kPath);
    const std::string file = path != nullptr && path->is_string() ? path->as_string() : outer_path;
    for (const auto name : kWrappers) {
      const auto* inner = value.find(name);
      if (inner == nullptr || inner->is_null()) continue;
      if (inner->is_string()) return one_text(inner->as_string(), file, depth + 1);
      return one_value(*inner, file, depth + 1);
    }
    ++number_;
    one_edit(value, file);
  }

  void one_edit(const json::Value& value, const std::string& path) {
    const std::string name = "edit " + std::to_string(number_);
    const auto *old_text = member(value, kOld), *new_text = member(value, kNew), *content = member(value, kContent);
    if (path.empty()) return problem("", "path_missing", name + " names no file: give it a \"path\"");
    FileEdit edit{.path = path.starts_with("./") ? path.substr(2) : path, .number = number_};
    if (old_text == nullptr && new_text == nullptr && content != nullptr && content->is_string()) {
      edit.kind = EditKind::create;
      edit.replace = lines_of(plain_ends(content->as_string()));
    } else if (old_text == nullptr || !old_text->is_string() || new_text == nullptr || !new_text->is_string()) {
      return problem(path, "malformed", name + " needs the strings old_string and new_string; an empty new_string deletes");
    } else {
      edit.old_text = plain_ends(old_text->as_string());
      edit.new_text = plain_ends(new_text->as_string());
    }
    list_.edits.push_back(std::move(edit));
  }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (const auto line : text::split(text, '\n')) lines.emplace_back(line);
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }

  const Answer& answer_;
  EditList list_{.format = EditFormat::str_replace, .edits = {}, .problems = {}};
  std::size_t number_ = 0;
};

}  // namespace

EditList read_str_replace(const Answer& answer) { return Reader(answer).read(); }

}  // namespace argosy::code
