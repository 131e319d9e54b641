#include "common/llm/calls/json_mender.h"

#include <fmt/format.h>

#include <iterator>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

constexpr std::string_view kFence = "```";

class Mender {
 public:
  std::optional<std::string> mend(std::string_view text, bool close) {
    for (const char c : text) {
      if (in_string_) {
        take_in_string(c);
      } else if (!take(c)) {
        return std::nullopt;
      }
    }
    if (open_.empty() && !in_string_) return std::move(out_);
    return close && end() ? std::optional(std::move(out_)) : std::nullopt;
  }

 private:
  void take_in_string(char c) {
    if (!escaped_ && static_cast<unsigned char>(c) < 0x20) {
      if (c == '\n') {
        out_ += "\\n";
      } else {
        fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
      }
      return;
    }
    out_ += c;
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
  }

  bool take(char c) {
    if (is_over_) return c == '}' || c == ']' || is_space(c);  // too many
    switch (c) {
      case '"':
        in_string_ = true;
        string_is_key_ = !open_.empty() && open_.back() == '}' && (last_ == '{' || last_ == ',');
        break;
      case '{':
      case '[':
        open_ += c == '{' ? '}' : ']';
        break;
      case '}':
      case ']':
        if (open_.empty() || open_.back() != c) return false;
        drop_comma();
        open_.pop_back();
        is_over_ = open_.empty();
        break;
      default:
        break;
    }
    out_ += c;
    if (!is_space(c)) last_ = c;
    return true;
  }

  // Only brackets are missing, and nothing says that more was to come: no open string, no key, colon, comma or bracket without a value.
  bool end() {
    if (in_string_ || is_over_ || out_.empty()) return false;
    const bool is_value = last_ == '"' ? !string_is_key_ : std::string_view("{[,:").find(last_) == std::string_view::npos;
    if (!is_value) return false;
    for (; !open_.empty(); open_.pop_back()) out_ += open_.back();
    return true;
  }

  void drop_comma() {
    const auto at = out_.find_last_not_of(" \t\r\n");
    if (last_ == ',' && at != std::string::npos && out_[at] == ',') out_.erase(at, 1);
  }

  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  std::string out_, open_;  // the brackets that are still to come
  char last_ = 0;           // the last character outside of strings that is no white space
  bool in_string_ = false, escaped_ = false, string_is_key_ = false, is_over_ = false;
};

}  // namespace

std::optional<std::string> mend_json(std::string_view text, bool close) { return Mender().mend(text, close); }

std::string_view without_fence(std::string_view text) {
  const auto trimmed = text::trim(text);
  if (!trimmed.starts_with(kFence) || !trimmed.ends_with(kFence) || trimmed.size() < 2 * kFence.size()) return text;
  const auto line_end = trimmed.find('\n');
  if (line_end == std::string_view::npos || line_end + kFence.size() > trimmed.size()) return text;
  const auto inside = trimmed.substr(line_end + 1, trimmed.size() - line_end - 1 - kFence.size());
  return inside.find(kFence) == std::string_view::npos ? inside : text;
}

}  // namespace argosy::llm
